import { type GraphQLSchema, isEnumType } from 'graphql';

/** The roles of the contract, by name. The database has the same in a check. */
export function schemaRoles(schema: GraphQLSchema): readonly string[] {
  const type = schema.getType('Role');
  if (!isEnumType(type)) throw new TypeError('The schema has no enum Role.');
  return type.getValues().map(({ name }) => name);
}
