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

describe('AccessPolicyError', () => {
  test('AccessPolicyError formats one problem, without a location if code built the schema', () => {
    expect(new AccessPolicyError([problem]).message).toBe(
      'The schema is not a complete access policy (one problem):\n  T.a: it is wrong [someRule]\n    fix: write it right',
    );
  });
  test('AccessPolicyError formats several problems in order, each with its location', () => {
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
  test('AccessPolicyError has the problems as data, and a name', () => {
    const error = new AccessPolicyError([problem]);
    expect(error.problems).toEqual([problem]);
    expect([error.name, error instanceof Error]).toEqual(['AccessPolicyError', true]);
  });
});

describe('locationOf', () => {
  const body = 'type A {\n  a: Int\n}\n\n"""\nDescribed.\n"""\ntype B { b: Int }';
  const locationsIn = (source: Source) => parse(source).definitions.map(locationOf);

  test('locationOf returns the file and the first line of the node, including its description', () => {
    expect(locationsIn(new Source(body, 'a.graphql'))).toEqual([
      { file: 'a.graphql', line: 1 },
      { file: 'a.graphql', line: 5 },
    ]);
  });
  test('locationOf adds the location offset of the source', () => {
    expect(locationsIn(new Source(body, 'a.ts', { line: 40, column: 9 }))).toEqual([
      { file: 'a.ts', line: 40 },
      { file: 'a.ts', line: 44 },
    ]);
  });
  test.each([
    ['no node', undefined],
    ['null', null],
    ['a node parsed without locations', parse(body, { noLocation: true }).definitions[0]],
  ])('locationOf returns null for %s', (_, node) => {
    expect(locationOf(node)).toBeNull();
  });
});
