import { DIRECTIVES } from '../directives.ts';
import { placeOf } from '../problem.ts';
import { reporter, type StartRule } from './context.ts';

/** A word of the policy stands once at a coordinate, definition and extensions counted together. */
export const oneApplicationEach: StartRule = (context) => {
  const report = reporter(context, oneApplicationEach);
  for (const { coordinate, directives } of context.elements.values()) {
    for (const name of DIRECTIVES) {
      const [, second] = directives.filter((node) => node.name.value === name);
      if (second === undefined) continue;
      report(
        { coordinate, place: placeOf(second) },
        `@${name} stands here a second time`,
        'say it once, with all it asks',
      );
    }
  }
};
