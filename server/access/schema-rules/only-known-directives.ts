import { specifiedDirectives } from 'graphql';
import { type AccessDirective, ACCESS_DIRECTIVES, SCOPES_DIRECTIVE } from '../directives.ts';
import type { ElementKind } from '../schema-elements.ts';
import { locationOf } from '../schema-problem.ts';
import { createReporter, type SchemaRule } from './schema-rule.ts';

/** The kinds of element on which each access directive has an effect. */
const ALLOWED_ELEMENTS: Readonly<Record<AccessDirective, readonly ElementKind[]>> = {
  public: ['type', 'field'],
  auth: ['type', 'field', 'input field'],
  owner: ['type', 'field', 'argument', 'input field'],
};

/**
 * Every directive is an access directive, specified by GraphQL, or listed in `otherDirectives`: a misspelt `@isOwner`
 * must not be ignored silently. An access directive is not applied where it has no effect, such as to an enum or a
 * union.
 */
export const onlyKnownDirectives: SchemaRule = (context) => {
  const report = createReporter(context, onlyKnownDirectives);
  const known = new Set([...specifiedDirectives.map(({ name }) => name), ...context.otherDirectives]);
  for (const { coordinate, kind, directives } of context.elements.values()) {
    for (const node of directives) {
      const at = { coordinate, location: locationOf(node) };
      const name = node.name.value;
      if (name === SCOPES_DIRECTIVE && coordinate === 'schema') continue;
      const directive = ACCESS_DIRECTIVES.find((candidate) => candidate === name);
      if (directive !== undefined) {
        if (!ALLOWED_ELEMENTS[directive].includes(kind))
          report(at, `@${directive} has no effect here`, `write it on a ${allowedElements(directive)}`);
      } else if (!known.has(name)) {
        const fix = `write an access directive in its place, or list "${name}" in otherDirectives if it has nothing to do with access`;
        report(at, `@${name} is not an access directive`, fix);
      }
    }
  }
};

function allowedElements(directive: AccessDirective): string {
  return ALLOWED_ELEMENTS[directive].join(' or ');
}
