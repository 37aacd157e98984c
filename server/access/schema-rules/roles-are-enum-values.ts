import { type GraphQLNamedType, isEnumType, isInputObjectType, isScalarType, Kind } from 'graphql';
import { coerceLiteral } from '../graphql-values.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * The type `Role` is an enum whose internal values equal the names.
 *
 * A scalar or an input object accepts any value, so a misspelt role would pass. With other internal values, rules would
 * contain the values, but viewers, the access map and PostgreSQL policies the names.
 */
export const rolesAreEnumValues: SchemaRule = (context) => {
  const report = createReporter(context, rolesAreEnumValues);
  const role = context.schema.getType('Role');
  // If Role is missing, `policyDirectivesAreDefined` reports it.
  if (role === undefined) return;
  if (!isEnumType(role)) {
    report(
      { coordinate: role.name, location: locationOf(role.astNode) },
      `is ${kindOf(role)}, so a misspelt role would be accepted`,
      'write `enum Role { … }` with a value for each role',
    );
    return;
  }
  for (const value of role.getValues()) {
    const read = coerceLiteral({ kind: Kind.ENUM, value: value.name }, role);
    if (value.value === value.name && read === value.name) continue;
    report(
      { coordinate: `${role.name}.${value.name}`, location: locationOf(value.astNode) },
      'has another internal value, but roles are compared by name',
      `remove the internal value of ${value.name}, and convert it to the name where viewers are created`,
    );
  }
};

function kindOf(type: GraphQLNamedType): string {
  if (isScalarType(type)) return 'a scalar';
  return isInputObjectType(type) ? 'an input object' : 'not an enum';
}
