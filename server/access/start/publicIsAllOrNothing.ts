import { isObjectType } from 'graphql';
import { fieldRules, typeRules } from '../policy.ts';
import { closes } from '../rule.ts';
import { applications, reporter, type StartRule } from './context.ts';

/** `@public` gives its reason, and stands on nothing that another rule closes: it could not open it. */
export const publicIsAllOrNothing: StartRule = (context) => {
  const report = reporter(context, publicIsAllOrNothing);
  for (const [rule, { coordinate }] of applications(context, 'public')) {
    if (rule.reason.trim() === '') report(rule, '@public gives no reason', 'write why anyone may read this');
    const closing = closersOf(coordinate);
    if (closing === undefined) continue;
    const message = `@public stands where @${closing.kind} at ${closing.coordinate} closes`;
    report(rule, message, 'take one of them away: rules add up, and @public adds nothing');
  }

  function closersOf(coordinate: string) {
    const [typeName, fieldName] = coordinate.split('.');
    const type = context.schema.getType(typeName ?? '');
    const here = isObjectType(type)
      ? [
          ...typeRules(context.elements, type),
          ...(fieldName === undefined ? [] : fieldRules(context.elements, type, fieldName)),
        ]
      : [...(context.elements.get(typeName ?? '')?.rules ?? []), ...(context.elements.get(coordinate)?.rules ?? [])];
    return here.find(closes);
  }
};
