import { getNamedType, type GraphQLField, isInterfaceType, isObjectType, resolveSchemaCoordinate } from 'graphql';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { isRestrictive } from '../rule.ts';
import { directiveApplications, createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * `@public` has a reason, no restrictive rule on what it covers, and no owned result type. On an interface's field it
 * covers that field of every implementing type, so the rules of those types and of their other interfaces count. On a
 * type or an interface it may be restricted on single fields, so their rules do not count.
 */
export const publicIsAllOrNothing: SchemaRule = (context) => {
  const report = createReporter(context, publicIsAllOrNothing);
  for (const [rule, { coordinate }] of directiveApplications(context, 'public')) {
    if (!isReadable(rule.reason)) report(rule, '@public has no reason', 'write why anyone may read this');
    const restriction = restrictionAt(coordinate);
    if (restriction === undefined) continue;
    const message = `@public has no effect here: @${restriction.kind} at ${restriction.coordinate} restricts it`;
    report(rule, message, 'remove one of them: rules add up, so @public cannot lift a restriction');
  }
  // Even a selection of `__typename` alone would resolve the object, for an anonymous client that owns nothing.
  for (const type of context.responseTypes) {
    for (const field of Object.values(type.getFields())) {
      const rules = [...typeRules(context.elements, type), ...fieldRules(context.elements, type, field.name)];
      const publicRule = rules.find(({ kind }) => kind === 'public');
      const owned = ownedResultType(field);
      if (publicRule === undefined || owned === undefined || rules.some(isRestrictive)) continue;
      const at = { coordinate: `${type.name}.${field.name}`, location: publicRule.location };
      report(
        at,
        `@public on a field that returns ${owned.name}, which has an owner`,
        'write @auth: an anonymous client owns nothing',
      );
    }
  }

  function ownedResultType(field: GraphQLField<unknown, unknown>) {
    const resultTypes = possibleTypes(context.schema, getNamedType(field.type));
    return resultTypes.find((member) => typeRules(context.elements, member).some(({ kind }) => kind === 'owner'));
  }

  /** Returns a restrictive rule on what `@public` covers; for an interface, also one of an implementing type. */
  function restrictionAt(coordinate: string) {
    const element = resolveSchemaCoordinate(context.schema, coordinate);
    const type = element && 'type' in element ? element.type : undefined;
    const fieldName = element?.kind === 'Field' ? element.field.name : undefined;
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    return [type, ...possibleTypes(context.schema, type)]
      .flatMap((covered) => [
        ...typeRules(context.elements, covered),
        ...(fieldName === undefined ? [] : fieldRules(context.elements, covered, fieldName)),
      ])
      .find(isRestrictive);
  }
};

/** Whether a reason contains a visible letter or digit. U+3164, for example, is a letter without width. */
function isReadable(reason: string): boolean {
  return /[\p{L}\p{N}]/u.test(reason.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, ''));
}
