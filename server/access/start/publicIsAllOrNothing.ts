import {
  getNamedType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { fieldRules, typeRules } from '../policy.ts';
import { possibleTypes } from '../possible.ts';
import { closes } from '../rule.ts';
import { applications, reporter, type StartRule } from './context.ts';

/**
 * `@public` gives its reason, stands on nothing that another rule closes, and leads to nothing that has an owner. On an
 * interface it stands on the fields of the types that implement it: none of them has an owner.
 */
export const publicIsAllOrNothing: StartRule = (context) => {
  const report = reporter(context, publicIsAllOrNothing);
  for (const [rule, { coordinate }] of applications(context, 'public')) {
    if (!isInWords(rule.reason)) report(rule, '@public gives no reason', 'write why anyone may read this');
    const closing = closersOf(coordinate);
    if (closing === undefined) continue;
    const message = `@public stands where @${closing.kind} at ${closing.coordinate} closes`;
    report(rule, message, 'take one of them away: rules add up, and @public adds nothing');
  }
  // Asked for its type's name alone, the object would still be on its way out, to somebody who owns nothing.
  for (const type of context.answerTypes) {
    for (const field of Object.values(type.getFields())) {
      const rules = [...typeRules(context.elements, type), ...fieldRules(context.elements, type, field.name)];
      const opening = rules.find(({ kind }) => kind === 'public');
      const owned = ownedBehind(field);
      if (opening === undefined || owned === undefined || rules.some(closes)) continue;
      const at = { coordinate: `${type.name}.${field.name}`, place: opening.place };
      report(
        at,
        `@public leads to ${owned.name}, which has an owner`,
        'write @auth: whoever is not signed in owns nothing',
      );
    }
  }

  function ownedBehind(field: GraphQLField<unknown, unknown>) {
    const behind = possibleTypes(context.schema, getNamedType(field.type));
    return behind.find((member) => typeRules(context.elements, member).some(({ kind }) => kind === 'owner'));
  }

  function closersOf(coordinate: string) {
    const [typeName = '', fieldName] = coordinate.split('.');
    const type = context.schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    const onField = fieldName === undefined ? [] : fieldRules(context.elements, type, fieldName);
    return [...typeRules(context.elements, type), ...onField].find(closes) ?? ownerBehind(type);
  }

  /** An interface's word is also that of the types behind it, and their owner closes each of their fields. */
  function ownerBehind(type: GraphQLObjectType | GraphQLInterfaceType) {
    if (!isInterfaceType(type)) return undefined;
    return context.schema
      .getPossibleTypes(type)
      .flatMap((member) => typeRules(context.elements, member))
      .find((rule) => rule.kind === 'owner');
  }
};

/** Whether a reviewer can read something: a letter or digit that is shown. U+3164 is a letter of no width. */
function isInWords(reason: string): boolean {
  return /[\p{L}\p{N}]/u.test(reason.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, ''));
}
