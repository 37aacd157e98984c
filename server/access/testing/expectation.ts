import type { Rule } from '../rule.ts';

/** What a test says of one coordinate. Each word throws an Error with a whole sentence where the schema says otherwise. */
export interface Expectation<Case> {
  /** All of them, whatever object type stands behind the coordinate. */
  allows(first: Case, ...more: readonly Case[]): Expectation<Case>;
  /** Every single one of them, whatever object type stands behind the coordinate. */
  refuses(first: Case, ...more: readonly Case[]): Expectation<Case>;
}

/** Makes the words of an expectation out of one check, which throws where it finds another outcome than wanted. */
export function expectation<Case>(check: (testCase: Case, expected: 'allowed' | 'refused') => void): Expectation<Case> {
  const assertions: Expectation<Case> = {
    allows(...cases) {
      for (const testCase of cases) check(testCase, 'allowed');
      return assertions;
    },
    refuses(...cases) {
      for (const testCase of cases) check(testCase, 'refused');
      return assertions;
    },
  };
  return assertions;
}

/** A rule as its schema has it, and where: `@auth(roles: [ADMIN]) at Query.log (schema/log.graphql:3)`. */
export function formatRule(rule: Rule): string {
  const args = directiveArguments(rule)
    .filter((entry): entry is readonly [string, string] => entry[1] !== null)
    .map(([name, value]) => `${name}: ${value}`);
  const location = rule.location === null ? '' : ` (${rule.location.file}:${rule.location.line})`;
  return `@${rule.kind}${args.length === 0 ? '' : `(${args.join(', ')})`} at ${rule.coordinate}${location}`;
}

function directiveArguments(rule: Rule): readonly (readonly [string, string | null])[] {
  switch (rule.kind) {
    case 'public':
      return [['reason', JSON.stringify(rule.reason)]];
    case 'auth':
      return [
        ['roles', rule.roles && `[${rule.roles.join(', ')}]`],
        ['maxAge', rule.maxAge === null ? null : String(rule.maxAge)],
        ['emailVerified', rule.emailVerified ? 'true' : null],
      ];
    case 'owner':
      return [
        ['field', rule.field && JSON.stringify(rule.field)],
        ['orRoles', rule.orRoles.length === 0 ? null : `[${rule.orRoles.join(', ')}]`],
      ];
  }
}
