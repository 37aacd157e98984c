import { type GraphQLSchema, resolveSchemaCoordinate } from 'graphql';

/** Whether a schema has the element at a coordinate: a type, field, argument, input field or enum value. */
export function hasCoordinate(schema: GraphQLSchema, coordinate: string): boolean {
  try {
    return resolveSchemaCoordinate(schema, coordinate) !== undefined;
  } catch {
    // It throws if the type of a field, or the field of an argument, does not exist.
    return false;
  }
}
