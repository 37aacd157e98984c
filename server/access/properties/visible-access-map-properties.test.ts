import { assert, property } from 'fast-check';
import { type DocumentNode, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { expect, test } from 'vitest';
import { accessMap } from '../access-map.ts';
import { checkSchema } from '../check-schema.ts';
import { exampleOperations } from '../example-operation.ts';
import { createIntrospectionSchemas } from '../introspection-schema.ts';
import { ada, createTestSchema } from '../test-harness.ts';
import { visibleAccessMap } from '../visible-access-map.ts';
import { Choices, decisions } from './random-choices.ts';
import { AUDIENCES, visibleFields } from './visible-fields.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 150;

// covers: ACCESSPAGE-01
test(
  'the visible access map has the fields that the model allows and introspection shows, and no other role',
  PROPERTY_TIMEOUT,
  () => {
    const counts = { shown: 0, hidden: 0 };
    assert(
      property(decisions, (numbers) => {
        const spec = randomSchema(new Choices(numbers));
        const sdl = printSchema(spec);
        const policy = checkSchema(createTestSchema(sdl));
        const map = accessMap(policy);
        const schemaFor = createIntrospectionSchemas(policy);
        for (const audience of AUDIENCES) {
          const schema = schemaFor(audience && { ...ada, ...audience });
          const visible = visibleAccessMap(map, schema);
          const allowed = visibleFields(spec, audience);
          const expected = map.fields
            .map(({ coordinate }) => coordinate)
            .filter((coordinate) => allowed.has(coordinate));
          expect(
            visible.fields.map(({ coordinate }) => coordinate),
            `${sdl}\n${JSON.stringify(audience)}`,
          ).toEqual(expected);
          const hasRoles = schema.getType('Role') !== undefined;
          expect(visible.audiences.some((name) => name.startsWith('role '))).toBe(hasRoles);
          for (const { cells } of visible.fields) expect(Object.keys(cells)).toEqual(visible.audiences);
          counts.shown += expected.length;
          counts.hidden += map.fields.length - expected.length;
        }
      }),
      propertySettings(RUNS),
    );
    expect(Math.min(counts.shown, counts.hidden)).toBeGreaterThan(RUNS);
  },
);

// covers: ACCESSPAGE-03
test(
  'the example of each field is valid on the schema that the viewer sees, and selects the field',
  PROPERTY_TIMEOUT,
  () => {
    let examined = 0;
    assert(
      property(decisions, (numbers) => {
        const policy = checkSchema(createTestSchema(printSchema(randomSchema(new Choices(numbers)))));
        const schemaFor = createIntrospectionSchemas(policy);
        for (const audience of AUDIENCES) {
          const schema = schemaFor(audience && { ...ada, ...audience });
          for (const [coordinate, { kind, text }] of exampleOperations(schema)) {
            const document = parse(text);
            expect(validate(schema, document), text).toEqual([]);
            expect(text.startsWith(kind === 'query' ? '{' : 'mutation'), text).toBe(true);
            expect(selectedCoordinates(schema, document), text).toContain(coordinate);
            examined++;
          }
        }
      }),
      propertySettings(RUNS),
    );
    expect(examined).toBeGreaterThan(RUNS);
  },
);

function selectedCoordinates(schema: ConstructorParameters<typeof TypeInfo>[0], document: DocumentNode): string[] {
  const info = new TypeInfo(schema);
  const coordinates: string[] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: ({ name }) => void coordinates.push(`${info.getParentType()?.name}.${name.value}`),
    }),
  );
  return coordinates;
}
