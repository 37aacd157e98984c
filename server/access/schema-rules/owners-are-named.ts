import {
  GraphQLID,
  GraphQLString,
  getNullableType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  resolveSchemaCoordinate,
} from 'graphql';
import { rootTypes } from '../root-types.ts';
import { directiveApplications, isInputElement, createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * The field that `@owner` names exists and holds an owner's id for every object: its type is `ID!` or `String!`. A root type
 * has no such object: on `Query`, `@owner` would admit every signed-in caller, and the guard would check nothing.
 */
export const ownersAreNamed: SchemaRule = (context) => {
  const report = createReporter(context, ownersAreNamed);
  const roots = rootTypes(context.schema);
  for (const [rule, { coordinate, kind }] of directiveApplications(context, 'owner')) {
    if (isInputElement(kind) || rule.field === null) continue;
    const element = resolveSchemaCoordinate(context.schema, coordinate);
    const type = element && 'type' in element ? element.type : undefined;
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const root = roots.find((each) => each === type || (isInterfaceType(type) && each.getInterfaces().includes(type)));
    if (root !== undefined) {
      report(
        rule,
        `@owner covers the root type ${root.name}, whose object has no owner`,
        root === type
          ? "write @auth here, and @owner on the type that is returned or on the argument with the user's id"
          : `remove ${type.name} from the interfaces of ${root.name}, or write @owner on the other types that have it`,
      );
      continue;
    }
    const field = type.getFields()[rule.field];
    if (field === undefined) {
      report(
        rule,
        `${type.name} has no field "${rule.field}" with the owner's id`,
        'write @owner(field: "…") with a field of the type',
      );
      continue;
    }
    const named = getNullableType(field.type);
    if (named !== GraphQLID && named !== GraphQLString)
      report(
        rule,
        `${type.name}.${rule.field} is ${field.type.toString()}, which cannot hold an owner's id`,
        `change it to ${rule.field}: ID!`,
      );
    else if (!isNonNullType(field.type) && rule.orRoles.length === 0)
      report(
        rule,
        `${type.name}.${rule.field} is nullable, and null matches no viewer`,
        `change it to ${rule.field}: ${named.name}!, or list in orRoles the roles that may read objects without an owner`,
      );
  }
};
