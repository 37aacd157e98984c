import { type GraphQLNamedType, isEnumType, isInputObjectType, isScalarType, Kind, valueFromAST } from 'graphql';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * The type `Role` is an enum, and each of its values is its own name inside of the server too.
 *
 * A scalar or an input object takes any word, so a misspelt role would pass. With internal values, rules would hold the
 * values and viewers, the access map and the policies of PostgreSQL the names.
 */
export const rolesAreEnumValues: SchemaRule = (context) => {
  const report = createReporter(context, rolesAreEnumValues);
  const role = context.schema.getType('Role');
  // Without it the directives cannot be defined as they must be, which is another rule's to say.
  if (role === undefined) return;
  if (!isEnumType(role)) {
    report(
      { coordinate: role.name, location: locationOf(role.astNode) },
      `is ${kindOf(role)}, which takes a misspelt role`,
      'write `enum Role { … }` with a value for each role',
    );
    return;
  }
  for (const value of role.getValues()) {
    const read: unknown = valueFromAST({ kind: Kind.ENUM, value: value.name }, role);
    if (value.value === value.name && read === value.name) continue;
    report(
      { coordinate: `${role.name}.${value.name}`, location: locationOf(value.astNode) },
      'has an internal value, and roles are compared by name',
      `take the internal value of ${value.name} away, and map it to the name where viewers are made`,
    );
  }
};

function kindOf(type: GraphQLNamedType): string {
  if (isScalarType(type)) return 'a scalar';
  return isInputObjectType(type) ? 'an input object' : 'no enum';
}
