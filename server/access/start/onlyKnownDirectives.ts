import { specifiedDirectives } from 'graphql';
import { DIRECTIVES } from '../directives.ts';
import { placeOf } from '../problem.ts';
import { reporter, type StartRule } from './context.ts';

/** Every directive is the engine's, GraphQL's, or vouched for: a misspelt `@isOwner` must not pass as decoration. */
export const onlyKnownDirectives: StartRule = (context) => {
  const report = reporter(context, onlyKnownDirectives);
  const known = new Set([...DIRECTIVES, ...specifiedDirectives.map(({ name }) => name), ...context.otherDirectives]);
  for (const { coordinate, directives } of context.elements.values()) {
    for (const node of directives) {
      const name = node.name.value;
      if (known.has(name)) continue;
      const fix = `write @public, @auth or @owner, or name "${name}" in otherDirectives if it has nothing to do with access`;
      report({ coordinate, place: placeOf(node) }, `@${name} is not a directive of the policy`, fix);
    }
  }
};
