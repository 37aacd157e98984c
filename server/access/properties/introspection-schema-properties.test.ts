import { assert, property } from 'fast-check';
import { isInputObjectType, isInterfaceType, isObjectType, isUnionType, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { ada, createTestSchema } from '../test-harness.ts';
import { createIntrospectionSchemas } from '../introspection-schema.ts';
import { Choices, decisions } from './random-choices.ts';
import { AUDIENCES, visibleFields, visibleInputFields } from './visible-fields.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 250;

// covers: ENGINE-10, HTTP-16
test(
  'introspection shows each audience a valid schema with exactly the fields that the model allows',
  PROPERTY_TIMEOUT,
  () => {
    let hidden = 0;
    let hiddenInputs = 0;
    assert(
      property(decisions, (numbers) => {
        const spec = randomSchema(new Choices(numbers));
        const sdl = printSchema(spec);
        const policy = checkSchema(createTestSchema(sdl));
        const schemaFor = createIntrospectionSchemas(policy);
        for (const audience of AUDIENCES) {
          const schema = schemaFor(audience && { ...ada, ...audience });
          const subject = `${sdl}\n${JSON.stringify(audience)}`;
          const visible = Object.values(schema.getTypeMap()).flatMap((type) => {
            if (type.name.startsWith('__')) return [];
            if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} = ${name}`);
            if (!isObjectType(type) && !isInterfaceType(type)) return [];
            return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
          });
          const expected = visibleFields(spec, audience);
          expect(visible.toSorted(), subject).toEqual([...expected].toSorted());
          const inputs = visibleInputFields(spec, audience);
          for (const { name, fields } of spec.inputs) {
            const type = schema.getType(name);
            if (!isInputObjectType(type)) continue;
            const shown = fields.map((field) => field.name).filter((field) => inputs.has(`${name}.${field}`));
            expect(Object.keys(type.getFields()), subject).toEqual(shown);
            hiddenInputs += fields.length - shown.length;
          }
          // Without any visible query field, the query type has no fields, which is not valid.
          if (expected.size > 0 && [...expected].some((name) => name.startsWith('Query.')))
            expect(validateSchema(schema), subject).toEqual([]);
          hidden += audience === null ? 0 : spec.types.flatMap(({ fields }) => fields).length - expected.size;
        }
      }),
      propertySettings(RUNS),
    );
    expect(hidden).toBeGreaterThan(RUNS);
    expect(hiddenInputs).toBeGreaterThan(RUNS);
  },
);
