import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  resolveSchemaCoordinate,
} from 'graphql';

/** Returns the argument or input field at a coordinate; undefined if another element is there. */
export function inputAt(schema: GraphQLSchema, coordinate: string): GraphQLArgument | GraphQLInputField | undefined {
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (element?.kind === 'FieldArgument') return element.fieldArgument;
  return element?.kind === 'InputField' ? element.inputField : undefined;
}

/**
 * Returns the coordinate of the first input field that a default value gives, at any depth, and that matches; null if there
 * is none. A default that code supplies may inherit a property: it counts as given unless it is null, because a resolver can
 * read it.
 */
export function findGivenField(
  type: GraphQLInputType,
  value: unknown,
  matches: (coordinate: string, value: unknown) => boolean,
): string | null {
  if (value == null) return null;
  if (isNonNullType(type)) return findGivenField(type.ofType, value, matches);
  if (isListType(type)) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item) => findGivenField(type.ofType, item, matches)).find((found) => found !== null) ?? null;
  }
  if (!isInputObjectType(type)) return null;
  for (const field of Object.values(type.getFields())) {
    const inner = (value as Readonly<Record<string, unknown>>)[field.name];
    if (inner == null && !Object.hasOwn(value, field.name)) continue;
    const coordinate = `${type.name}.${field.name}`;
    const found = matches(coordinate, inner) ? coordinate : findGivenField(field.type, inner, matches);
    if (found !== null) return found;
  }
  return null;
}
