import { specifiedDirectives } from 'graphql';
import { type AccessDirective, ACCESS_DIRECTIVES } from '../directives.ts';
import type { ElementKind } from '../schema-elements.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** Where each word of the policy says something. */
const ALLOWED_ELEMENTS: Readonly<Record<AccessDirective, readonly ElementKind[]>> = {
  public: ['type', 'field'],
  auth: ['type', 'field'],
  owner: ['type', 'field', 'argument', 'input field'],
};

/**
 * Every directive is the engine's, GraphQL's, or vouched for: a misspelt `@isOwner` must not pass as decoration, nor
 * one of the engine's on an enum or a union.
 */
export const onlyKnownDirectives: SchemaRule = (context) => {
  const report = createReporter(context, onlyKnownDirectives);
  const known = new Set([...specifiedDirectives.map(({ name }) => name), ...context.otherDirectives]);
  for (const { coordinate, kind, directives } of context.elements.values()) {
    for (const node of directives) {
      const at = { coordinate, location: locationOf(node) };
      const name = node.name.value;
      const directive = ACCESS_DIRECTIVES.find((candidate) => candidate === name);
      if (directive !== undefined) {
        if (!ALLOWED_ELEMENTS[directive].includes(kind))
          report(at, `@${directive} says nothing here`, `write it on a ${allowedElements(directive)}`);
      } else if (!known.has(name)) {
        const fix = `write @public, @auth or @owner, or name "${name}" in otherDirectives if it has nothing to do with access`;
        report(at, `@${name} is not a directive of the policy`, fix);
      }
    }
  }
};

function allowedElements(directive: AccessDirective): string {
  return ALLOWED_ELEMENTS[directive].join(' or ');
}
