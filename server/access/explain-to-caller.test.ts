import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { AccessViewer } from './access-viewer.ts';
import { type CallerExplanation, createCallerExplanations } from './explain-to-caller.ts';
import { ada, createTestPolicy, NOW } from './test-harness.ts';

const explainToCaller = createCallerExplanations(
  createTestPolicy(
    `type Query {
       open(limit: Int): Int @public(reason: "For everyone.")
       note(by: ID @owner, like: Filter): Note @auth
       log: Int @auth(roles: [ADMIN])
       box: Box @auth
       fresh: Int @auth(maxAge: 60)
     }
     type Note @owner(field: "writer") { writer: ID! @auth(roles: [ADMIN]) text: String! secret: String @auth(roles: [ADMIN]) }
     interface Kept @auth { by: ID! }
     type Box implements Kept @auth { by: ID! size: Int }
     type Safe implements Kept @auth(roles: [ADMIN]) { by: ID! }
     input Filter { writer: ID @owner }`,
  ),
);

interface RequestOptions {
  readonly viewer?: AccessViewer | null;
  readonly variables?: Readonly<Record<string, unknown>>;
}

function explained(text: string, { viewer = ada, variables = {} }: RequestOptions = {}): CallerExplanation {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The test has no operation.');
  return explainToCaller({ document, operation, variables, viewer, now: NOW });
}

test('createCallerExplanations names the rule that refuses a visible coordinate, with file and line', () => {
  expect(explained('{ fresh }', { viewer: { ...ada, authTime: NOW - 61 } })).toEqual({
    verdict: 'refused',
    reason: 'STEP_UP_REQUIRED',
    coordinates: [
      {
        coordinate: 'Query.fresh',
        verdict: 'refused',
        reason: 'STEP_UP_REQUIRED',
        rules: [
          {
            directive: '@auth(maxAge: 60)',
            at: 'Query.fresh',
            location: { file: 'schema.graphql', line: 6 },
            refuses: true,
          },
        ],
      },
    ],
    rows: [],
    hidden: false,
  });
});

test('createCallerExplanations names the argument or input field of a foreign id', () => {
  const refused = (text: string, variables = {}) =>
    explained(text, { variables }).coordinates.filter(({ verdict }) => verdict === 'refused');
  expect(refused('{ note(by: "ben") { text } }')).toMatchObject([
    { coordinate: 'Query.note(by:)', reason: 'FORBIDDEN', rules: [{ directive: '@owner', refuses: true }] },
  ]);
  expect(
    refused('query ($like: Filter) { note(like: $like) { text } }', { like: { writer: 'ben' } }).map(
      ({ coordinate }) => coordinate,
    ),
  ).toEqual(['Filter.writer']);
});

// covers: EXPLORE-01
test('createCallerExplanations leaves out what introspection hides, and says that it did', () => {
  expect(explained('{ open log note { text } }', { viewer: null })).toEqual({
    verdict: 'refused',
    reason: 'UNAUTHENTICATED',
    coordinates: [
      {
        coordinate: 'Query.open',
        verdict: 'allowed',
        reason: null,
        rules: [
          { directive: '@public', at: 'Query.open', location: { file: 'schema.graphql', line: 2 }, refuses: false },
        ],
      },
    ],
    rows: [],
    hidden: true,
  });
  const { coordinates, hidden } = explained('{ log note { text secret } }');
  expect([coordinates.map(({ coordinate }) => coordinate), hidden]).toEqual([['Query.note', 'Note.text'], true]);
});

// covers: EXPLORE-01
test('createCallerExplanations hides an owner field and an interface that introspection hides', () => {
  const [, text] = explained('{ note { text } }').coordinates;
  expect(text?.rules).toEqual([
    { directive: '@owner', at: 'Note', location: { file: 'schema.graphql', line: 8 }, refuses: false },
  ]);
  const admin = explained('{ note { text } }', { viewer: { ...ada, roles: ['ADMIN'] } });
  expect(admin.coordinates[1]?.rules[0]?.directive).toBe('@owner(field: "writer")');
  // Every Kept that a viewer may get could be a Safe, so introspection hides Kept from all but ADMIN.
  const [, by] = explained('{ box { by } }').coordinates;
  expect(by?.rules.map(({ at, location }) => [at, location?.line])).toEqual([
    ['Box', 10],
    [null, undefined],
  ]);
});

test('createCallerExplanations names the owner rules that limit the rows of a visible type', () => {
  expect(explained('{ note { text } }').rows).toEqual([
    {
      type: 'Note',
      rules: [{ directive: '@owner', at: 'Note', location: { file: 'schema.graphql', line: 8 }, refuses: false }],
    },
  ]);
  expect(explained('{ note { text } }', { viewer: null }).rows).toEqual([]);
});

test('createCallerExplanations repeats no coercion error, which may quote a value', () => {
  const explanation = explained('query ($by: ID!) { note(by: $by) { text } }', { variables: { by: { a: 'secret' } } });
  expect([explanation.verdict, explanation.reason]).toEqual(['invalid', null]);
  expect(JSON.stringify(explanation)).not.toContain('"a"');
});

// covers: RULES-02
test('createCallerExplanations leaves out an input field that introspection hides', () => {
  const writes = createTestPolicy(
    'type Query { find(in: In): Int @auth } input In { a: Int b: Int @auth(roles: [ADMIN]) c: Int @auth(maxAge: 60) }',
  );
  const explainWrites = createCallerExplanations(writes);
  const document = parse('{ find(in: { b: 1, c: 1 }) }');
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const stale = { ...ada, authTime: NOW - 99 };
  const shown = explainWrites({ document, operation, viewer: stale, now: NOW });
  expect([shown.coordinates.map(({ coordinate }) => coordinate), shown.hidden]).toEqual([['Query.find', 'In.c'], true]);
});
