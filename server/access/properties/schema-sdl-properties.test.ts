import { assert, property } from 'fast-check';
import {
  buildClientSchema,
  buildSchema,
  GraphQLSchema,
  introspectionFromSchema,
  lexicographicSortSchema,
  printSchema as printGraphqlSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { createIntrospectionSchemas } from '../introspection-schema.ts';
import type { Rule } from '../rule.ts';
import { readElements } from '../schema-elements.ts';
import { createSchemaSdl } from '../schema-sdl.ts';
import { ada, createTestSchema } from '../test-harness.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';
import { Choices, decisions } from './random-choices.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { AUDIENCES } from './visible-fields.ts';

/** Prints a schema in alphabetical order, without what only directives use: the roles, too, if they are hidden. */
function comparable(schema: GraphQLSchema, hasRoles: boolean): string {
  const config = schema.toConfig();
  const types = config.types
    .filter(({ name }) => hasRoles || name !== 'Role')
    .filter(({ name }) => name !== 'OnRefusal');
  return printGraphqlSchema(lexicographicSortSchema(new GraphQLSchema({ ...config, types, directives: [] })));
}

const byKind = (rules: readonly Rule[] = []) =>
  rules.map((rule) => ({ ...rule, location: null })).toSorted((rule, other) => (rule.kind < other.kind ? -1 : 1));

// covers: CLIENT-01
test(
  'the SDL of random schemas is what introspection shows each audience, and has the access directives on it',
  PROPERTY_TIMEOUT,
  () => {
    let applied = 0;
    assert(
      property(decisions, (numbers) => {
        const text = printSchema(randomSchema(new Choices(numbers)));
        const policy = checkSchema(createTestSchema(text));
        const schemaFor = createIntrospectionSchemas(policy);
        const { sdlFor } = createSchemaSdl(policy);
        const elements = readElements(policy.schema);
        for (const audience of AUDIENCES) {
          const viewer = audience && { ...ada, ...audience };
          const subject = `${text}\n${JSON.stringify(audience)}`;
          const visible = schemaFor(viewer);
          // Without a visible field, there is no valid SDL.
          if (Object.keys(visible.getQueryType()?.getFields() ?? {}).length === 0) continue;
          const built = buildSchema(sdlFor(viewer));
          const introspected = buildClientSchema(introspectionFromSchema(visible));
          const hasRoles = introspected.getType('Role') !== undefined;
          expect(comparable(built, hasRoles), subject).toBe(comparable(introspected, hasRoles));
          for (const [coordinate, { rules }] of readElements(built)) {
            expect(byKind(rules), `${coordinate} in ${subject}`).toEqual(byKind(elements.get(coordinate)?.rules));
            applied += rules.length;
          }
        }
      }),
      propertySettings(100),
    );
    expect(applied).toBeGreaterThan(100);
  },
);
