import { getNamedType, type GraphQLObjectType, isNonNullType, resolveSchemaCoordinate } from 'graphql';
import { implies, requirementOf } from '../diff/requirement.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { type AuthRule, isRestrictive, nullsField } from '../rule.ts';
import {
  createReporter,
  directiveApplications,
  type SchemaRule,
  type SchemaRuleContext,
  writtenArguments,
} from './schema-rule.ts';

/**
 * `@auth(onRefusal:)` is on a field. With `NULL`, the field is nullable on every type, is not of the mutation type, can be
 * queried, and is refused to some viewer whom no other rule of the field refuses: otherwise the request is refused, and the
 * schema says what never happens.
 */
export const refusalsCanBeNull: SchemaRule = (context) => {
  const report = createReporter(context, refusalsCanBeNull);
  const queried = queriedTypes(context);
  for (const [rule, element] of directiveApplications(context, 'auth')) {
    const { coordinate, kind } = element;
    const isWritten = writtenArguments(element, 'auth').some(({ name }) => name.value === 'onRefusal');
    if (isWritten && kind !== 'field')
      report(
        rule,
        `onRefusal has no effect on ${kind === 'type' ? 'a type' : `an ${kind}`}`,
        'write it in @auth of a single field',
      );
    if (kind !== 'field' || !nullsField(rule)) continue;
    const { types, name } = coveredField(context, coordinate);
    for (const type of types) {
      const field = type.getFields()[name];
      const at = { coordinate: `${type.name}.${name}`, location: rule.location };
      if (field && isNonNullType(field.type))
        report(
          at,
          `is ${field.type.toString()}, which cannot be null`,
          `change it to ${field.type.ofType.toString()}, or remove onRefusal`,
        );
    }
    const mutation = types.find((type) => type === context.schema.getMutationType());
    if (mutation !== undefined)
      report(
        rule,
        `onRefusal: NULL has no effect on ${mutation.name}.${name}`,
        'remove onRefusal: every refusal refuses a mutation',
      );
    else if (types.length > 0 && !types.some((type) => queried.has(type)))
      report(rule, 'onRefusal: NULL has no effect, because no query can select the field', 'remove onRefusal');
    else if (types.length > 0 && types.every((type) => isImplied(context, rule, type, name)))
      report(
        rule,
        'onRefusal: NULL has no effect, because other rules refuse the request to the same callers',
        'add a condition to this @auth, or remove it',
      );
  }
};

/** Returns the object types that a rule on a field covers, and the name of the field. */
function coveredField({ schema }: SchemaRuleContext, coordinate: string) {
  const element = resolveSchemaCoordinate(schema, coordinate);
  if (element?.kind !== 'Field') return { types: [], name: '' };
  return { types: possibleTypes(schema, element.type), name: element.field.name };
}

/** Whether every caller whom a rule refuses is refused by a rule that refuses the request. */
function isImplied({ elements }: SchemaRuleContext, rule: AuthRule, type: GraphQLObjectType, field: string): boolean {
  const rules = [...typeRules(elements, type), ...fieldRules(elements, type, field)].filter(isRestrictive);
  return implies(requirementOf(rules.filter((each) => !nullsField(each))), requirementOf([rule]));
}

/** Returns the object types that a query can contain. */
function queriedTypes({ schema }: SchemaRuleContext): ReadonlySet<GraphQLObjectType> {
  const query = schema.getQueryType();
  const queried = new Set(query ? [query] : []);
  // Iteration over a Set includes entries added during it.
  for (const type of queried)
    for (const field of Object.values(type.getFields()))
      for (const result of possibleTypes(schema, getNamedType(field.type))) queried.add(result);
  return queried;
}
