import { type GraphQLSchema, isEnumType } from 'graphql';

/** Returns the names of the roles in the schema. A check constraint of the database allows the same ones. */
export function schemaRoles(schema: GraphQLSchema): readonly string[] {
  const type = schema.getType('Role');
  if (!isEnumType(type)) throw new TypeError('The schema has no enum Role.');
  return type.getValues().map(({ name }) => name);
}
