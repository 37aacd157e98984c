import { beforeAll, describe, expect, test } from 'vitest';
import { apiOnScene } from './on-scene.ts';
import { mint } from './token.ts';

const on = apiOnScene();

interface Page {
  readonly tasks: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string; readonly title: string }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: Readonly<Record<string, unknown>>;
  };
}

async function ask<Data>(id: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { status, body, text } = await on.api.ask(query, { token: mint(id), variables });
  expect([status, body?.errors], text).toEqual([200, undefined]);
  return body?.data as Data;
}

describe('the viewer', () => {
  test('is whoever the token names, as the accounts know them', async () => {
    const fields = 'id name email emailVerified role createdAt';
    const { viewer, user } = await ask<Record<string, Record<string, unknown>>>(
      on.there.bob,
      `query ($id: ID!) { viewer { ${fields} } user(id: $id) { ${fields} } }`,
      { id: on.there.bob },
    );
    expect(user).toEqual(viewer);
    expect(viewer).toMatchObject({
      id: on.there.bob,
      name: 'bob',
      email: 'bob@example.com',
      emailVerified: true,
      role: 'USER',
    });
    expect(viewer?.['createdAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('is taken from the token’s user_id, never from its e-mail or its role', async () => {
    const token = mint(on.there.bob, { email: 'alice@example.com', role: 'ADMIN' });
    const { body } = await on.api.ask('{ viewer { id email role } }', { token });
    expect(body?.data).toEqual({ viewer: { id: on.there.bob, email: 'bob@example.com', role: 'USER' } });
  });
});

test('a task is made, found, changed, done, reopened and deleted', async () => {
  const fields = 'id userId title description done dueAt priority version completedAt';
  const { createTask } = await ask<{ createTask: { id: string } }>(
    on.there.bob,
    `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ${fields} } }`,
    { input: { title: '  Buy milk  ', dueAt: '2026-11-21T10:30:00+01:00', userId: on.there.bob } },
  );
  const made = {
    id: createTask.id,
    userId: on.there.bob,
    title: 'Buy milk',
    description: '',
    done: false,
    dueAt: '2026-11-21T09:30:00.000Z',
    priority: 'NORMAL',
    version: 1,
    completedAt: null,
  };
  expect(createTask).toEqual(made);
  const find = () => ask(on.there.bob, `query ($id: ID!) { task(id: $id) { ${fields} } }`, { id: made.id });
  const change = (input: Record<string, unknown>) =>
    ask(
      on.there.bob,
      `mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { ${fields} } }`,
      { id: made.id, input },
    );
  expect(await find()).toEqual({ task: made });

  expect(await change({})).toEqual({ updateTask: made });
  expect(await change({ title: 'Oat milk', priority: 'HIGH', dueAt: null })).toEqual({
    updateTask: { ...made, title: 'Oat milk', priority: 'HIGH', dueAt: null, version: 2 },
  });
  expect(await change({ done: true })).toMatchObject({
    updateTask: { done: true, version: 3, completedAt: expect.any(String) },
  });
  expect(await change({ done: false, description: 'two' })).toMatchObject({
    updateTask: { done: false, description: 'two', completedAt: null },
  });

  expect(await ask(on.there.bob, 'mutation ($id: ID!) { deleteTask(id: $id) }', { id: made.id })).toEqual({
    deleteTask: made.id,
  });
  expect(await find()).toEqual({ task: null });
});

describe('pages', () => {
  const query = `query ($first: Int, $after: String) { tasks(first: $first, after: $after) {
    totalCount nodes { id title } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }`;
  let reader: string;
  beforeAll(async () => {
    reader = await on.there.above.person('reader');
    // Two at one position: the id decides between them, so that a page cannot be cut through both.
    for (const number of [1, 2, 3, 3, 4])
      await on.there.above.task(reader, { title: `task ${number}`, position: number });
  });

  test.each([1, 2, 3, 4, 5, 100])(
    'of %i hold every task once, in order, and say what is around them',
    async (first) => {
      const seen: string[] = [];
      let after: string | null = null;
      for (let page = 0; ; page++) {
        const { tasks }: Page = await ask<Page>(reader, query, { first, after });
        seen.push(...tasks.nodes.map(({ title }) => title));
        expect(tasks.totalCount).toBe(5);
        expect(tasks.edges.map(({ node }) => node.id)).toEqual(tasks.nodes.map(({ id }) => id));
        expect(tasks.pageInfo).toEqual({
          hasNextPage: seen.length < 5,
          hasPreviousPage: page > 0,
          startCursor: tasks.edges[0]?.cursor,
          endCursor: tasks.edges.at(-1)?.cursor,
        });
        if (seen.length === 5) break;
        expect(tasks.nodes).toHaveLength(first);
        after = tasks.edges.at(-1)?.cursor ?? null;
      }
      expect(seen).toEqual(['task 1', 'task 2', 'task 3', 'task 3', 'task 4']);
    },
  );

  test('hold twenty unless asked for another number', async () => {
    const many = await on.there.above.person('many');
    for (let number = 0; number < 21; number++) await on.there.above.task(many, { position: number });
    expect((await ask<Page>(many, query)).tasks.nodes).toHaveLength(20);
    expect((await ask<Page>(many, query, { first: null })).tasks.nodes).toHaveLength(20);
  });

  test('of nothing are empty, and count nothing', async () => {
    const nobody = await on.there.above.person('nobody');
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    expect(await ask(nobody, query)).toEqual({ tasks: { totalCount: 0, nodes: [], edges: [], pageInfo } });
  });

  test('cut with another’s cursor hold one’s own tasks', async () => {
    const { tasks } = await ask<Page>(reader, query, { first: 2 });
    const after = tasks.edges[0]?.cursor;
    const theirs = await ask<Page>(on.there.bob, query, { after });
    expect(theirs.tasks.nodes.every(({ title }) => !title.startsWith('task '))).toBe(true);
  });
});

test('a new task stands on top', async () => {
  const maker = await on.there.above.person('maker');
  for (const title of ['first', 'second', 'third'])
    await ask(maker, 'mutation ($title: String!) { createTask(input: { title: $title }) { id } }', { title });
  const { tasks } = await ask<Page>(maker, '{ tasks { nodes { title } } }');
  expect(tasks.nodes.map(({ title }) => title)).toEqual(['third', 'second', 'first']);
});

test('the counters tell of answers by status, and the log has one line for each, without its document', async () => {
  const counted = async () =>
    Number(/fieldgate_requests_total\{status="401"\} (\d+)/.exec(await on.api.counters())?.[1] ?? 0);
  const before = await counted();
  const answer = await on.api.ask('{ viewer { id } }');
  expect(await counted()).toBe(before + 1);
  const lines = on.api.log.filter(
    ({ requestId, msg }) => requestId === answer.headers.get('x-request-id') && msg === 'answered',
  );
  expect(lines).toEqual([expect.objectContaining({ method: 'POST', status: 401, address: '127.0.0.1' })]);
  expect(JSON.stringify(lines)).not.toContain('viewer {');
  const refusal = on.api.log.find(
    ({ requestId, kind }) => requestId === answer.headers.get('x-request-id') && kind === 'refused',
  );
  expect(refusal).toMatchObject({
    event: 'security',
    viewerId: null,
    because: [
      {
        coordinate: 'Query.viewer',
        rule: expect.stringMatching(/^@auth at Query\.viewer \(schema\/user\.graphql:\d+\)$/),
        at: { file: 'schema/user.graphql' },
      },
      { coordinate: 'User.id' },
    ],
  });
});
