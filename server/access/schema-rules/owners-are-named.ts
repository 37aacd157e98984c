import { GraphQLID, GraphQLString, getNullableType, isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import { directiveApplications, isInputElement, createReporter, type SchemaRule } from './schema-rule.ts';

/** The field that `@owner` names is there, and says an owner for every object: `ID!` or `String!`. */
export const ownersAreNamed: SchemaRule = (context) => {
  const report = createReporter(context, ownersAreNamed);
  for (const [rule, { coordinate, kind }] of directiveApplications(context, 'owner')) {
    if (isInputElement(kind) || rule.field === null) continue;
    const type = context.schema.getType(coordinate.split('.')[0] ?? '');
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const field = type.getFields()[rule.field];
    if (field === undefined) {
      report(
        rule,
        `${type.name} has no field "${rule.field}" to name its owner`,
        'write @owner(field: "…") with a field of the type',
      );
      continue;
    }
    const named = getNullableType(field.type);
    if (named !== GraphQLID && named !== GraphQLString)
      report(
        rule,
        `${type.name}.${rule.field} is ${field.type.toString()}, which names no owner`,
        `make it ${rule.field}: ID!`,
      );
    else if (!isNonNullType(field.type) && rule.orRoles.length === 0)
      report(
        rule,
        `${type.name}.${rule.field} may be null, and null is nobody's`,
        `make it ${rule.field}: ${named.name}!, or name in orRoles who may see what nobody owns`,
      );
  }
};
