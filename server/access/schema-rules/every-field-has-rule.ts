import { getNamedType, type GraphQLField, type GraphQLObjectType, isObjectType } from 'graphql';
import { locationOf } from '../schema-problem.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { rootTypes } from '../root-types.ts';
import { createReporter, type SchemaRule, type SchemaRuleContext } from './schema-rule.ts';

/** Every field that a response can contain has an access rule: its own, its type's, or an interface's. */
export const everyFieldHasRule: SchemaRule = (context) => {
  const report = createReporter(context, everyFieldHasRule);
  for (const type of context.responseTypes) {
    if (typeRules(context.elements, type).length > 0) continue;
    for (const field of Object.values(type.getFields())) {
      if (fieldRules(context.elements, type, field.name).length > 0) continue;
      // `valuesAreReadable` reports directives with invalid arguments.
      if (context.elements.get(`${type.name}.${field.name}`)?.invalidDirectives.length) continue;
      const at = { coordinate: `${type.name}.${field.name}`, location: locationOf(field.astNode) };
      report(at, 'no access rule', fixFor(context, type, field));
    }
  }
};

function fixFor(context: SchemaRuleContext, type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
  const owned = ownableType(context, type, field);
  const owner = owned === null ? '' : `, \`@owner\` on the type ${owned} for the owner of the object`;
  return `write \`${field.name}: … @auth\` for signed-in users${owner}, or \`@public(reason: "…")\` for anyone`;
}

/**
 * Returns the name of the type whose objects may have an owner: the type itself; for a field of a root type, which has
 * none, the object type that it returns, unless that has rules already.
 */
function ownableType(
  { schema, elements }: SchemaRuleContext,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): string | null {
  const roots = rootTypes(schema);
  if (!roots.includes(type)) return type.name;
  const result = getNamedType(field.type);
  const isOwnable = isObjectType(result) && !roots.includes(result) && typeRules(elements, result).length === 0;
  return isOwnable ? result.name : null;
}
