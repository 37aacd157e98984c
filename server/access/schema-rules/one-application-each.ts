import { ACCESS_DIRECTIVES } from '../directives.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** An access directive is applied at most once to an element, its definition and extensions taken together. */
export const oneApplicationEach: SchemaRule = (context) => {
  const report = createReporter(context, oneApplicationEach);
  for (const { coordinate, directives } of context.elements.values()) {
    for (const name of ACCESS_DIRECTIVES) {
      const [, second] = directives.filter((node) => node.name.value === name);
      if (second === undefined) continue;
      report(
        { coordinate, location: locationOf(second) },
        `@${name} is applied a second time`,
        'apply it once, with all conditions',
      );
    }
  }
};
