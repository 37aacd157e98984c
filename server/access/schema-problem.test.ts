import { parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { AccessPolicyError, locationOf, type Problem } from './schema-problem.ts';

const problem: Problem = {
  rule: 'someRule',
  coordinate: 'T.a',
  message: 'it is wrong',
  fix: 'write it right',
  location: null,
};

describe('what is thrown at start', () => {
  test('says one problem as one, without a place where code made the schema', () => {
    expect(new AccessPolicyError([problem]).message).toBe(
      'The schema is not a complete access policy (one problem):\n  T.a: it is wrong [someRule]\n    fix: write it right',
    );
  });
  test('says several as so many, in their order, each with its own place', () => {
    const problems = [
      { ...problem, location: { file: 'a.graphql', line: 7 } },
      problem,
      { ...problem, coordinate: 'U', location: { file: 'b.graphql', line: 1 } },
    ];
    expect(new AccessPolicyError(problems).message).toBe(
      [
        'The schema is not a complete access policy (3 problems):',
        '  a.graphql:7 T.a: it is wrong [someRule]',
        '    fix: write it right',
        '  T.a: it is wrong [someRule]',
        '    fix: write it right',
        '  b.graphql:1 U: it is wrong [someRule]',
        '    fix: write it right',
      ].join('\n'),
    );
  });
  test('holds the problems for whoever wants more than words, and is told apart by its name', () => {
    const error = new AccessPolicyError([problem]);
    expect(error.problems).toEqual([problem]);
    expect([error.name, error instanceof Error]).toEqual(['AccessPolicyError', true]);
  });
});

describe('the place of a node', () => {
  const body = 'type A {\n  a: Int\n}\n\n"""\nDescribed.\n"""\ntype B { b: Int }';
  const placesIn = (source: Source) => parse(source).definitions.map(locationOf);

  test('is the file with the line on which the node begins, its description included', () => {
    expect(placesIn(new Source(body, 'a.graphql'))).toEqual([
      { file: 'a.graphql', line: 1 },
      { file: 'a.graphql', line: 5 },
    ]);
  });
  test('counts from where the text begins in a larger file', () => {
    expect(placesIn(new Source(body, 'a.ts', { line: 40, column: 9 }))).toEqual([
      { file: 'a.ts', line: 40 },
      { file: 'a.ts', line: 44 },
    ]);
  });
  test.each([
    ['no node', undefined],
    ['null', null],
    ['a node that was parsed without places', parse(body, { noLocation: true }).definitions[0]],
  ])('is none for %s', (_, node) => {
    expect(locationOf(node)).toBeNull();
  });
});
