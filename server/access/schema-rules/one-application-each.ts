import { ACCESS_DIRECTIVES } from '../directives.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** A word of the policy stands once at a coordinate, definition and extensions counted together. */
export const oneApplicationEach: SchemaRule = (context) => {
  const report = createReporter(context, oneApplicationEach);
  for (const { coordinate, directives } of context.elements.values()) {
    for (const name of ACCESS_DIRECTIVES) {
      const [, second] = directives.filter((node) => node.name.value === name);
      if (second === undefined) continue;
      report(
        { coordinate, location: locationOf(second) },
        `@${name} stands here a second time`,
        'say it once, with all it asks',
      );
    }
  }
};
