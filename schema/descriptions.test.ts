import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
} from 'graphql';
import { expect, test } from 'vitest';
import { executableSchema } from '../server/executable-schema.ts';

const schema = executableSchema();

/** Yields every element of the schema that can have a description, with its coordinate. */
function* describedElements(): Generator<readonly [coordinate: string, description: string | null | undefined]> {
  for (const type of Object.values(schema.getTypeMap())) {
    const isBuiltIn = type.astNode == null;
    if (isBuiltIn) continue;
    yield [type.name, type.description];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument.description];
    }
  }
  for (const directive of schema.getDirectives())
    if (!isSpecifiedDirective(directive)) yield [`@${directive.name}`, directive.description];
}

const ALL = [...describedElements()];

test('the checked elements include types, fields, arguments, inputs, enum values and directives', () => {
  const coordinates = ALL.map(([coordinate]) => coordinate);
  for (const one of [
    'Task',
    'Task.steps',
    'User.tasks(orderBy:)',
    'TaskFilter.text',
    'TaskOrderField.DUE_AT',
    'DateTime',
    '@owner',
  ])
    expect(coordinates).toContain(one);
});

// covers: CONTRACT-01
test.each(ALL)('%s has a description that is a sentence', (_, description) => {
  expect(description).toMatch(/^[A-Z0-9`][^]*\.$/);
});

test('the scalars in code have the descriptions and directives of the SDL', () => {
  const scalars = Object.values(schema.getTypeMap()).filter(isScalarType);
  for (const { astNode, description, specifiedByURL, name } of scalars) {
    if (astNode == null) continue;
    expect(description, name).toBe(astNode.description?.value);
    expect(JSON.stringify(astNode.directives), name).toContain(JSON.stringify(specifiedByURL));
  }
});
