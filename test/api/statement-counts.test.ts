import { Kind, type OperationDefinitionNode, parse, print, visit } from 'graphql';
import { beforeEach, describe, expect, test } from 'vitest';
import { executableSchema } from '../../server/executable-schema.ts';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken, NOW } from '../support/test-token.ts';

const fixture = setUpApiFixture();
/** A user with 20 tasks of two steps each. */
let dora: string;
/** Two of Dora's tasks, and a step. */
let [task, other, step] = ['', '', ''];

beforeEach(async () => {
  const { superuser } = fixture.seeded;
  await superuser.rows(`delete from auth."user" where name = 'dora'`);
  dora = await superuser.insertUser('dora');
  const tasks: string[] = [];
  for (let position = 0; position < 20; position++) {
    const id = await superuser.insertTask(dora, { position, title: `task ${position}` });
    for (const stepPosition of [1, 2]) step = await superuser.insertStep(dora, id, { position: stepPosition });
    tasks.push(id);
  }
  [task = '', other = ''] = tasks;
});

const page = 'nodes { title } pageInfo { endCursor hasNextPage }';
/** Every operation of the contract, which a test enforces, and the joins between them, with the exact number of statements. */
const QUERIES: readonly (readonly [statements: number, query: string])[] = [
  [0, '{ status { ok version time } }'],
  [0, '{ __typename __schema { queryType { name } } }'],
  [1, '{ viewer { id name email emailVerified role createdAt } }'],
  [1, 'query ($me: ID!) { user(id: $me) { email } }'],
  [1, 'query ($me: ID!) { viewer { id } again: viewer { name } user(id: $me) { email } }'],
  [1, 'query ($task: ID!) { task(id: $task) { title description } }'],
  [
    1,
    'query ($task: ID!, $other: ID!) { a: task(id: $task) { title } b: task(id: $other) { done } c: task(id: $task) { id } }',
  ],
  [0, '{ task(id: "no id") { title } }'],
  [
    2,
    'query ($task: ID!, $other: ID!) { a: task(id: $task) { steps { id } } b: task(id: $other) { steps { title } } }',
  ],
  [1, `{ tasks { ${page} } }`],
  [1, `{ tasks { ${page} edges { cursor node { done } } totalCount } }`],
  [1, '{ tasks { totalCount } }'],
  [0, '{ tasks { __typename } }'],
  [1, `{ tasks(first: 3) { ${page} } again: tasks(first: 3) { totalCount nodes { done } } }`],
  [2, `{ three: tasks(first: 3) { ${page} } five: tasks(first: 5) { ${page} } }`],
  [2, '{ viewer { tasks { totalCount nodes { id } } } }'],
  [2, '{ tasks(first: 20) { nodes { title steps { title } } } }'],
  [2, '{ tasks(first: 20) { nodes { steps { id } } edges { node { steps { done } } } } }'],
  [3, '{ tasks(first: 20) { nodes { steps { task { title } } } } }'],
  [4, '{ tasks(first: 20) { nodes { steps { task { steps { id } } } } } }'],
  [3, '{ three: tasks(first: 3) { nodes { steps { id } } } five: tasks(first: 5) { nodes { steps { done } } } }'],
  [4, '{ viewer { tasks { nodes { steps { task { id } } } } } }'],
  [
    1,
    '{ tasks(filter: { done: false, text: "t", dueAfter: null }, orderBy: { field: TITLE, direction: DESC }) { totalCount nodes { id } } }',
  ],
];
const MUTATIONS: readonly (readonly [statements: number, query: string])[] = [
  [1, 'mutation { createTask(input: { title: "t" }) { id title } }'],
  [2, 'mutation { createTask(input: { title: "t" }) { id steps { id } } }'],
  [2, 'mutation { a: createTask(input: { title: "t" }) { id } b: createTask(input: { title: "t" }) { title } }'],
  [1, 'mutation ($task: ID!) { updateTask(id: $task, input: { title: "t" }) { title version } }'],
  [1, 'mutation ($task: ID!) { updateTask(id: $task, input: { title: "t", done: true }, expectedVersion: 1) { id } }'],
  [1, 'mutation ($task: ID!) { updateTask(id: $task, input: {}) { id } }'],
  [2, 'mutation ($task: ID!) { updateTask(id: $task, input: { title: "t" }) { steps { id } } }'],
  [
    1,
    'mutation ($task: ID!, $other: ID!) { updateTasks(ids: [$task, $other, $task], done: true) { id done version } }',
  ],
  [2, 'mutation ($task: ID!, $other: ID!) { updateTasks(ids: [$task, $other], done: true) { steps { id } } }'],
  [1, 'mutation ($task: ID!) { deleteTask(id: $task) }'],
  [1, 'mutation ($task: ID!) { restoreTask(id: $task) { title } }'],
  [2, 'mutation ($task: ID!) { restoreTask(id: $task) { title steps { id } } }'],
  [2, 'mutation ($task: ID!) { moveTask(id: $task) { position } }'],
  [2, 'mutation ($task: ID!, $other: ID!) { moveTask(id: $task, after: $other) { position } }'],
  [1, 'mutation ($task: ID!) { moveTask(id: $task, after: $task) { position } }'],
  [1, 'mutation { clearTasks }'],
  [1, 'mutation { clearTasks(done: true) }'],
  [2, 'mutation ($task: ID!) { addStep(taskId: $task, input: { title: "s" }) { id title } }'],
  [4, 'mutation ($task: ID!) { addStep(taskId: $task, input: { title: "s" }) { task { title steps { id } } } }'],
  [1, 'mutation ($step: ID!) { updateStep(id: $step, input: { done: true }) { done } }'],
  [1, 'mutation ($step: ID!) { updateStep(id: $step, input: {}) { done } }'],
  [2, 'mutation ($step: ID!) { updateStep(id: $step, input: { done: true }) { task { id } } }'],
  [1, 'mutation ($step: ID!) { deleteStep(id: $step) }'],
];

const executeAsDora = (query: string) =>
  fixture.executeCounted(query, { token: signToken(dora), variables: { me: dora, task, other, step } });

describe('a successful operation', () => {
  // covers: CONTRACT-12
  test.each([...QUERIES, ...MUTATIONS])('sends %i statements: %s', async (expected, query) => {
    const { response, statements } = await executeAsDora(query);
    expect([response.status, response.body?.errors], response.text).toEqual([200, undefined]);
    expect(statements, statements.join('\n')).toHaveLength(expected);
  });
});

/** The document with each root field twice, under another alias. */
function withEachRootFieldTwice(query: string): string {
  const document = parse(query);
  const visitor = {
    OperationDefinition: (operation: OperationDefinitionNode) => ({
      ...operation,
      selectionSet: {
        ...operation.selectionSet,
        selections: operation.selectionSet.selections.flatMap((selection, index) =>
          selection.kind === Kind.FIELD && !selection.name.value.startsWith('__')
            ? [selection, { ...selection, alias: { kind: Kind.NAME as const, value: `twice${index}` } }]
            : [selection],
        ),
      },
    }),
  };
  return print(visit(document, visitor));
}

// covers: CONTRACT-12
test.each(QUERIES)('sends %i statements, even if the query has each root field twice: %s', async (expected, query) => {
  const { response, statements } = await executeAsDora(withEachRootFieldTwice(query));
  expect([response.status, response.body?.errors], response.text).toEqual([200, undefined]);
  expect(statements, statements.join('\n')).toHaveLength(expected);
});

test('the table has every root field of the contract, except cross-owner reads', () => {
  const schema = executableSchema();
  const listed = [...QUERIES, ...MUTATIONS].flatMap(([, query]) =>
    parse(query).definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? definition.selectionSet.selections.flatMap((selection) =>
            selection.kind === Kind.FIELD ? [selection.name.value] : [],
          )
        : [],
    ),
  );
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
  expect(fields.filter((name) => !listed.includes(name))).toEqual(['securityLog']);
});

describe('an operation that the data layer rejects', () => {
  test.each([
    [
      1,
      'CONFLICT',
      'mutation ($task: ID!) { updateTask(id: $task, input: { title: "t" }, expectedVersion: 9) { id } }',
    ],
    [1, 'CONFLICT', 'mutation ($task: ID!) { updateTask(id: $task, input: {}, expectedVersion: 9) { id } }'],
    [0, 'NOT_FOUND', 'mutation { deleteTask(id: "no id") }'],
    [0, 'NOT_FOUND', 'mutation { restoreTask(id: "no id") { id } }'],
    [0, 'NOT_FOUND', 'mutation ($task: ID!) { updateTasks(ids: [$task, "no id"], done: true) { id } }'],
    [0, 'BAD_USER_INPUT', 'mutation { updateTasks(ids: [], done: true) { id } }'],
    [0, 'BAD_USER_INPUT', 'mutation { createTask(input: { title: "" }) { id } }'],
    [0, 'BAD_USER_INPUT', 'mutation ($task: ID!) { addStep(taskId: $task, input: {}) { id } }'],
    [0, 'BAD_USER_INPUT', 'mutation ($step: ID!) { updateStep(id: $step, input: { title: null }) { id } }'],
    [0, 'BAD_USER_INPUT', '{ tasks(first: 0) { totalCount } }'],
    [0, 'BAD_USER_INPUT', '{ tasks(after: "forged") { totalCount } }'],
    [0, 'BAD_USER_INPUT', '{ tasks(filter: { text: "\\u0000" }) { totalCount } }'],
  ])('sends %i statements and answers %s: %s', async (expected, code, query) => {
    const { response, statements } = await executeAsDora(query);
    expect(errorCodes(response)).toEqual([code]);
    expect(statements).toHaveLength(expected);
  });
});

// covers: ACCESS-11, CONTRACT-12
describe('a rejected request', () => {
  const ALL = [...QUERIES, ...MUTATIONS]
    .map(([, query]) => query)
    .filter((query) => !query.includes('status') && !query.includes('__schema'));

  test('answers 401 without a statement, without a token or with an invalid one, for every operation', async () => {
    for (const query of ALL)
      for (const requestOptions of [
        {},
        { token: `${signToken(dora)}x` },
        { token: signToken(dora, { exp: NOW - 1 }) },
      ]) {
        const { response, statements } = await fixture.executeCounted(query, {
          ...requestOptions,
          variables: { me: dora, task, other, step },
        });
        expect([response.status, statements.length], query).toEqual([401, 0]);
      }
  });

  test('answers 403 without a statement for another user’s id, whatever else is selected', async () => {
    for (const foreign of ['foreign: user(id: $id) { id }', 'foreign: tasks(userId: $id) { totalCount }'])
      for (const own of ['viewer { id }', 'tasks { nodes { steps { id } } }']) {
        const query = `query ($id: ID!) { ${own} ${foreign} }`;
        const { response, statements } = await fixture.executeCounted(query, {
          token: signToken(dora),
          variables: { id: fixture.seeded.alice },
        });
        expect([response.status, errorCodes(response), statements.length], query).toEqual([403, ['FORBIDDEN'], 0]);
      }
  });

  // covers: CONTRACT-11
  test('answers clearTasks with 401 without a statement when the sign-in is over five minutes old', async () => {
    for (const [age, status, expected] of [
      [301, 401, 0],
      [299, 200, 1],
    ] as const) {
      const token = signToken(dora, { auth_time: NOW - age });
      const { response, statements } = await fixture.executeCounted('mutation { clearTasks(done: true) }', {
        token,
      });
      expect([response.status, statements.length]).toEqual([status, expected]);
      if (status === 401) expect(response.headers.get('www-authenticate')).toContain('max_age="300"');
    }
  });

  test.each([
    '{ viewer { id } nothing }',
    '{ viewer { id } tasks(first: "x") { totalCount } }',
    '{ viewer { id }',
    'query ($v: Int!) { viewer { id } tasks(first: $v) { totalCount } }',
    'mutation { clearTasks createTask(input: { titel: "t" }) { id } }',
    '{ tasks(orderBy: { field: SECRET }) { totalCount } }',
  ])('answers 400 without a statement for %s', async (query) => {
    const { response, statements } = await executeAsDora(query);
    expect([response.status, statements]).toEqual([400, []]);
  });
});

// covers: CONTRACT-13
describe('columns', () => {
  test.each([
    ['{ tasks { nodes { title } } }', ['user_id', 'id', 'title']],
    ['{ tasks { edges { node { title } } nodes { done } } }', ['user_id', 'id', 'title', 'done']],
    ['{ tasks { edges { cursor node { title } } } }', ['user_id', 'id', 'title', 'position']],
    ['{ tasks { nodes { id } } again: tasks { edges { at: cursor } } }', ['user_id', 'id', 'position']],
    ['query ($task: ID!) { task(id: $task) { dueAt } }', ['user_id', 'id', 'due_at']],
    ['{ tasks { pageInfo { hasNextPage } } }', ['user_id', 'id', 'position']],
    [
      'mutation ($task: ID!) { updateTask(id: $task, input: { title: "t" }) { priority } }',
      ['user_id', 'id', 'priority'],
    ],
    ['mutation ($step: ID!) { updateStep(id: $step, input: { done: true }) { title } }', ['user_id', 'id', 'title']],
    ['{ viewer { email } }', ['id', 'email']],
  ])('reads only the selected columns, the id, the owner, and for cursors the sort key: %s', async (query, columns) => {
    const { statements } = await executeAsDora(query);
    const [, listed = ''] =
      /(?:RETURNING|SELECT) ((?:"\w+" AS "\w+"(?:, )?)+)/.exec(
        statements[0]?.replace(/"target" AS \(.*?\), |IN \(SELECT .*?\)/, '') ?? '',
      ) ?? [];
    expect([...listed.matchAll(/"(\w+)" AS/g)].map(([, name]) => name)).toEqual(columns);
  });
});
