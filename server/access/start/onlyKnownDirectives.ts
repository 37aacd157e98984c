import { specifiedDirectives } from 'graphql';
import { type AccessDirective, DIRECTIVES } from '../directives.ts';
import type { ElementKind } from '../element.ts';
import { placeOf } from '../problem.ts';
import { reporter, type StartRule } from './context.ts';

/** Where each word of the policy says something. */
const PLACES: Readonly<Record<AccessDirective, readonly ElementKind[]>> = {
  public: ['type', 'field'],
  auth: ['type', 'field'],
  owner: ['type', 'field', 'argument', 'input field'],
};

/**
 * Every directive is the engine's, GraphQL's, or vouched for: a misspelt `@isOwner` must not pass as decoration, nor
 * one of the engine's on an enum or a union.
 */
export const onlyKnownDirectives: StartRule = (context) => {
  const report = reporter(context, onlyKnownDirectives);
  const known = new Set([...specifiedDirectives.map(({ name }) => name), ...context.otherDirectives]);
  for (const { coordinate, kind, directives } of context.elements.values()) {
    for (const node of directives) {
      const at = { coordinate, place: placeOf(node) };
      const name = node.name.value;
      const word = DIRECTIVES.find((candidate) => candidate === name);
      if (word !== undefined) {
        if (!PLACES[word].includes(kind)) report(at, `@${word} says nothing here`, `write it on a ${places(word)}`);
      } else if (!known.has(name)) {
        const fix = `write @public, @auth or @owner, or name "${name}" in otherDirectives if it has nothing to do with access`;
        report(at, `@${name} is not a directive of the policy`, fix);
      }
    }
  }
};

function places(word: AccessDirective): string {
  return PLACES[word].join(' or ');
}
