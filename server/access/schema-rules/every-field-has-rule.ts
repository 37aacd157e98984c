import { locationOf } from '../schema-problem.ts';
import { fieldRules, typeRules } from '../policy.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

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
      report(at, 'no access rule', fixFor(type.name, field.name));
    }
  }
};

function fixFor(type: string, field: string): string {
  return (
    `write \`${field}: … @auth\` for signed-in users, \`@owner\` on the type ${type} for the owner of the object, ` +
    'or `@public(reason: "…")` for anyone'
  );
}
