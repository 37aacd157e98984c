import { placeOf } from '../problem.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { reporter, type StartRule } from './context.ts';

/** Every field that an answer can hold is covered: by its own directive, its type's, or an interface's. */
export const everyFieldIsJudged: StartRule = (context) => {
  const report = reporter(context, everyFieldIsJudged);
  for (const type of context.answerTypes) {
    if (typeRules(context.elements, type).length > 0) continue;
    for (const field of Object.values(type.getFields())) {
      if (fieldRules(context.elements, type, field.name).length > 0) continue;
      // What was said but cannot be read is told by another rule, and once is enough.
      if (context.elements.get(`${type.name}.${field.name}`)?.unreadable.length) continue;
      const at = { coordinate: `${type.name}.${field.name}`, place: placeOf(field.astNode) };
      report(at, 'nobody has said who may read this', fixFor(type.name, field.name));
    }
  }
};

function fixFor(type: string, field: string): string {
  return (
    `write \`${field}: … @auth\` for signed-in callers, \`@owner\` on the type ${type} for its owner alone, ` +
    'or `@public(reason: "…")` for everybody'
  );
}
