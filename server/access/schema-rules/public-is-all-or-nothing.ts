import { getNamedType, type GraphQLField, isInterfaceType, isObjectType } from 'graphql';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible-types.ts';
import { isRestrictive } from '../rule.ts';
import { directiveApplications, createReporter, type SchemaRule } from './schema-rule.ts';

/**
 * `@public` gives its reason, covers nothing that another rule closes, and leads to nothing that has an owner. On an
 * interface's field it covers that field of every type that implements the interface, with the rules of that type and of
 * its other interfaces. On a type or a whole interface it may be narrowed on single fields, so their rules do not count.
 */
export const publicIsAllOrNothing: SchemaRule = (context) => {
  const report = createReporter(context, publicIsAllOrNothing);
  for (const [rule, { coordinate }] of directiveApplications(context, 'public')) {
    if (!isInWords(rule.reason)) report(rule, '@public gives no reason', 'write why anyone may read this');
    const closing = closingRule(coordinate);
    if (closing === undefined) continue;
    const message = `@public stands where @${closing.kind} at ${closing.coordinate} closes`;
    report(rule, message, 'take one of them away: rules add up, and @public adds nothing');
  }
  // Asked for its type's name alone, the object would still be on its way out, to somebody who owns nothing.
  for (const type of context.responseTypes) {
    for (const field of Object.values(type.getFields())) {
      const rules = [...typeRules(context.elements, type), ...fieldRules(context.elements, type, field.name)];
      const opening = rules.find(({ kind }) => kind === 'public');
      const owned = ownedResultType(field);
      if (opening === undefined || owned === undefined || rules.some(isRestrictive)) continue;
      const at = { coordinate: `${type.name}.${field.name}`, location: opening.location };
      report(
        at,
        `@public leads to ${owned.name}, which has an owner`,
        'write @auth: whoever is not signed in owns nothing',
      );
    }
  }

  function ownedResultType(field: GraphQLField<unknown, unknown>) {
    const behind = possibleTypes(context.schema, getNamedType(field.type));
    return behind.find((member) => typeRules(context.elements, member).some(({ kind }) => kind === 'owner'));
  }

  /** A rule that closes what `@public` stands on: on an interface also a rule of any type that implements it. */
  function closingRule(coordinate: string) {
    const [typeName = '', fieldName] = coordinate.split('.');
    const type = context.schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    return [type, ...possibleTypes(context.schema, type)]
      .flatMap((covered) => [
        ...typeRules(context.elements, covered),
        ...(fieldName === undefined ? [] : fieldRules(context.elements, covered, fieldName)),
      ])
      .find(isRestrictive);
  }
};

/** Whether a reviewer can read something: a letter or digit that is shown. U+3164 is a letter of no width. */
function isInWords(reason: string): boolean {
  return /[\p{L}\p{N}]/u.test(reason.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, ''));
}
