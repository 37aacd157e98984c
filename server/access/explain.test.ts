import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { explain, type Explanation } from './explain.ts';
import { ada, NOW, createTestPolicy } from './test-harness.ts';
import type { TableMapping } from './rls-policies.ts';
import type { Policy } from './policy.ts';
import type { AccessViewer } from './access-viewer.ts';

const policy = createTestPolicy(
  `type Query {
     open: Int @public(reason: "For everyone.")
     note(by: ID @owner, like: Filter): Note @auth
     found: [Found!]! @auth
     log: Int @auth(roles: [ADMIN])
     fresh: Int @auth(maxAge: 60, emailVerified: true)
   }
   type Note @owner { userId: ID! text: String! secret: String @auth(roles: [AUDITOR]) }
   type Page @auth { title: String }
   union Found = Note | Page
   input Filter { writer: ID @owner size: Int }
   type Mutation { add: Note @auth }`,
);
const tables: Readonly<Record<string, TableMapping>> = {
  Note: {
    schema: 'app',
    table: 'note',
    columns: { userId: 'user_id' },
    role: 'api',
    commands: ['select', 'insert'],
  },
};

interface RequestOptions {
  readonly viewer?: AccessViewer | null;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly of?: Policy;
}

function explainText(text: string, { viewer = ada, variables = {} }: RequestOptions = {}): Explanation {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The test has no operation.');
  return explain(policy, { document, operation, variables, viewer, now: NOW, tables });
}

const lines = ({ coordinates }: Explanation) =>
  coordinates.map(({ coordinate, verdict, reason }) => [coordinate, verdict, ...(reason ? [reason] : [])].join(' '));

// covers: RULES-02
test('explain names each refused input field with its own reason', () => {
  const writes = createTestPolicy(
    `type Query { open(in: In): Int @public(reason: "Asked.") fresh: Int @auth(maxAge: 60) }
     input In { a: Int b: Int @auth(roles: [ADMIN]) c: Int @auth(maxAge: 60) d: Int @auth }`,
  );
  const document = parse('{ open(in: { a: 1, b: null, c: 1, d: 1 }) fresh }');
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const explanation = explain(writes, { document, operation, viewer: { ...ada, authTime: NOW - 99 }, now: NOW });
  expect(lines(explanation)).toEqual([
    'Query.open allowed',
    'Query.fresh refused STEP_UP_REQUIRED',
    'In.b refused FORBIDDEN',
    'In.c refused STEP_UP_REQUIRED',
  ]);
  expect(explanation).toMatchObject({ verdict: 'refused', reason: 'FORBIDDEN' });
  expect(explanation.coordinates[2]?.refusedBy).toBe('@auth(roles: [ADMIN]) at In.b (schema.graphql:2)');
});

describe('explain and coordinates', () => {
  test('returns the verdict of every coordinate, including public fields', () => {
    const explanation = explainText('{ open note { text } }', { viewer: null });
    expect(explanation).toMatchObject({ verdict: 'refused', reason: 'UNAUTHENTICATED', complaints: [] });
    expect(lines(explanation)).toEqual([
      'Query.open allowed',
      'Query.note refused UNAUTHENTICATED',
      'Note.text refused UNAUTHENTICATED',
    ]);
  });

  test('returns the verdict of every coordinate, even if another coordinate’s reason takes precedence', () => {
    const viewer = { ...ada, emailVerified: false, authTime: NOW - 61 };
    const explanation = explainText('{ log fresh note(by: "ben") { text secret } }', { viewer });
    expect(explanation.reason).toBe('FORBIDDEN');
    expect(lines(explanation)).toEqual([
      'Query.log refused FORBIDDEN',
      'Query.fresh refused EMAIL_NOT_VERIFIED',
      'Query.note allowed',
      'Note.text allowed',
      'Note.secret refused FORBIDDEN',
      'Query.note(by:) refused FORBIDDEN',
    ]);
    expect(lines(explainText('{ fresh }', { viewer: { ...ada, authTime: NOW - 61 } }))).toEqual([
      'Query.fresh refused STEP_UP_REQUIRED',
    ]);
  });

  test('returns the verdict of every coordinate, including the argument or input field of a foreign id', () => {
    const text = 'query ($id: ID, $like: Filter) { note(by: $id, like: $like) { text } }';
    const variables = { id: 'ben', like: { writer: 'ben' } };
    expect(lines(explainText(text, { variables })).slice(2)).toEqual([
      'Query.note(by:) refused FORBIDDEN',
      'Filter.writer refused FORBIDDEN',
    ]);
    expect(explainText(text, { variables: { id: 'ada' } }).verdict).toBe('allowed');
  });

  test('returns the verdict of every coordinate, except fields that @skip excludes', () => {
    expect(
      lines(explainText('query ($no: Boolean!) { open log @skip(if: $no) }', { variables: { no: true } })),
    ).toEqual(['Query.open allowed']);
  });
});

test('explain returns all rules of a coordinate, and which one refuses, with file and line', () => {
  const { coordinates } = explainText('{ note { secret } }');
  expect(coordinates.at(-1)).toEqual({
    coordinate: 'Note.secret',
    verdict: 'refused',
    reason: 'FORBIDDEN',
    refusedBy: '@auth(roles: [AUDITOR]) at Note.secret (schema.graphql:8)',
    rules: [
      '@owner(field: "userId") at Note (schema.graphql:8)',
      '@auth(roles: [AUDITOR]) at Note.secret (schema.graphql:8)',
    ],
  });
  const [open] = explainText('{ open }').coordinates;
  expect(open?.rules).toEqual(['@public(reason: "For everyone.") at Query.open (schema.graphql:2)']);
});

test('explain returns coercion errors of variables without refusing a coordinate', () => {
  const explanation = explainText('query ($size: Int!) { note(like: { size: $size }) { text } }', {
    variables: { size: 'many' },
  });
  expect(explanation).toMatchObject({ verdict: 'invalid', reason: null });
  expect(explanation.complaints).toEqual([expect.stringMatching(/^Variable "\$size" .* invalid value.*"many"/)]);
  expect(lines(explanation)).toEqual(['Query.note allowed', 'Note.text allowed']);
});

describe('explain and rows', () => {
  const IS_OWN = '"user_id" = (select app.viewer_id())';
  test('returns how rows are restricted, for every owned parent or result type, and for no other type', () => {
    const [note, ...others] = explainText('{ found { ... on Page { title } } }').rows;
    expect(others).toEqual([]);
    expect(note).toEqual({
      type: 'Note',
      rules: ['@owner(field: "userId") at Note (schema.graphql:8)'],
      table: 'app.note',
      predicate: `"user_id" = the caller's id`,
      others: null,
      policies: [{ name: 'owner_select', definition: `for select to "api" using (${IS_OWN})` }],
    });
    expect(explainText('{ open log }').rows).toEqual([]);
  });

  test('returns how rows are restricted, with every policy of the table for a mutation', () => {
    const names = explainText('mutation { add { text } }').rows[0]?.policies.map(({ name }) => name);
    expect(names).toEqual(['owner_select', 'owner_insert']);
  });

  test('returns how rows are restricted, as a cross-owner read for a viewer with one of orRoles', () => {
    const mixed = createTestPolicy(
      `interface Filed { by: ID! }
       type Entry implements Filed @owner(field: "by", orRoles: [AUDITOR, ADMIN]) { by: ID! }
       type Letter implements Filed @owner(field: "to", orRoles: [ADMIN]) { by: ID! @owner(field: "by") to: ID! }
       interface Kept @owner(field: "keeper", orRoles: [ADMIN]) { keeper: ID! }
       type Box implements Kept @owner(field: "maker") { keeper: ID! maker: ID! }
       type Key implements Kept @owner(field: "keeper") { keeper: ID! }
       type Query { filed: [Filed!]! @auth kept: [Kept!]! @auth }`,
    );
    const document = parse('{ filed { __typename } kept { __typename } }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const others = (viewer: AccessViewer | null) =>
      explain(mixed, { document, operation, viewer, now: NOW }).rows.map((row) => [row.type, row.others]);
    const isAll = (...roles: readonly string[]) => ({ roles, rules: [] });

    for (const viewer of [null, ada])
      expect(others(viewer)).toEqual(['Entry', 'Letter', 'Box', 'Key'].map((type) => [type, null]));
    expect(others({ ...ada, roles: ['USER', 'AUDITOR'] })).toEqual([
      ['Entry', isAll('AUDITOR')],
      ['Letter', null],
      ['Box', null],
      ['Key', null],
    ]);
    expect(others({ ...ada, roles: ['ADMIN'] })).toEqual([
      ['Entry', isAll('ADMIN')],
      ['Letter', isAll('ADMIN')],
      ['Box', { roles: ['ADMIN'], rules: ['@owner(field: "maker") at Box (schema.graphql:5)'] }],
      ['Key', null],
    ]);
  });

  test('returns how rows are restricted, without SQL if no tables are supplied', () => {
    const document = parse('{ note { text } }');
    const operation = getOperationAST(document);
    const { rows } = explain(policy, { document, operation: operation as never, viewer: ada, now: NOW });
    expect(rows).toMatchObject([{ type: 'Note', table: null, predicate: null, policies: [] }]);
  });
});

// covers: RULES-03
test('explain says which fields are null and what does not run below them', () => {
  const nullable = createTestPolicy(`type Query {
      t: T @auth(roles: [ADMIN], onRefusal: NULL)
      u: T @auth
    } type T @auth { a: Int @auth(roles: [AUDITOR]) b: Int }`);
  const explainAs = (text: string) => {
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    return explain(nullable, { document, operation, viewer: ada, now: NOW });
  };
  const allowed = explainAs('{ t { a b } u { b } }');
  expect(allowed).toMatchObject({ verdict: 'allowed', reason: null });
  expect(lines(allowed)).toEqual(['Query.t null FORBIDDEN', 'T.a not run', 'T.b allowed', 'Query.u allowed']);
  expect(allowed.coordinates[0]?.refusedBy).toBe(
    '@auth(roles: [ADMIN], onRefusal: NULL) at Query.t (schema.graphql:2)',
  );
  expect(lines(explainAs('{ t { b } u { a } }'))).toEqual([
    'Query.t null FORBIDDEN',
    'T.b not run',
    'Query.u allowed',
    'T.a refused FORBIDDEN',
  ]);
});
