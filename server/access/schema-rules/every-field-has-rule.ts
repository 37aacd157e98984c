import { locationOf } from '../schema-problem.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** Every field that an answer can hold is covered: by its own directive, its type's, or an interface's. */
export const everyFieldHasRule: SchemaRule = (context) => {
  const report = createReporter(context, everyFieldHasRule);
  for (const type of context.responseTypes) {
    if (typeRules(context.elements, type).length > 0) continue;
    for (const field of Object.values(type.getFields())) {
      if (fieldRules(context.elements, type, field.name).length > 0) continue;
      // What was said but cannot be read is told by another rule, and once is enough.
      if (context.elements.get(`${type.name}.${field.name}`)?.invalidDirectives.length) continue;
      const at = { coordinate: `${type.name}.${field.name}`, location: locationOf(field.astNode) };
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
