import { beforeAll, describe, expect, test } from 'vitest';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();

interface Page {
  readonly tasks: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string; readonly title: string }[];
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: Readonly<Record<string, unknown>>;
  };
}

async function ask<Data>(id: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { status, body, text } = await fixture.api.execute(query, { token: signToken(id), variables });
  expect([status, body?.errors], text).toEqual([200, undefined]);
  return body?.data as Data;
}

describe('the viewer', () => {
  test('is whoever the token names, as the accounts know them', async () => {
    const fields = 'id name email emailVerified role createdAt';
    const { viewer, user } = await ask<Record<string, Record<string, unknown>>>(
      fixture.seeded.bob,
      `query ($id: ID!) { viewer { ${fields} } user(id: $id) { ${fields} } }`,
      { id: fixture.seeded.bob },
    );
    expect(user).toEqual(viewer);
    expect(viewer).toMatchObject({
      id: fixture.seeded.bob,
      name: 'bob',
      email: 'bob@example.com',
      emailVerified: true,
      role: 'USER',
    });
    expect(viewer?.['createdAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  // covers: FR-018
  test('is taken from the token’s user_id, never from its e-mail or its role', async () => {
    const token = signToken(fixture.seeded.bob, { email: 'alice@example.com', role: 'ADMIN' });
    const { body } = await fixture.api.execute('{ viewer { id email role } }', { token });
    expect(body?.data).toEqual({ viewer: { id: fixture.seeded.bob, email: 'bob@example.com', role: 'USER' } });
  });
});

test('a task is made, found, changed, done, reopened and deleted', async () => {
  const fields = 'id userId title description done dueAt priority version completedAt';
  const { createTask } = await ask<{ createTask: { id: string } }>(
    fixture.seeded.bob,
    `mutation ($input: CreateTaskInput!) { createTask(input: $input) { ${fields} } }`,
    { input: { title: '  Buy milk  ', dueAt: '2026-11-21T10:30:00+01:00', userId: fixture.seeded.bob } },
  );
  const created = {
    id: createTask.id,
    userId: fixture.seeded.bob,
    title: 'Buy milk',
    description: '',
    done: false,
    dueAt: '2026-11-21T09:30:00.000Z',
    priority: 'NORMAL',
    version: 1,
    completedAt: null,
  };
  expect(createTask).toEqual(created);
  const find = () => ask(fixture.seeded.bob, `query ($id: ID!) { task(id: $id) { ${fields} } }`, { id: created.id });
  const change = (input: Record<string, unknown>) =>
    ask(
      fixture.seeded.bob,
      `mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { ${fields} } }`,
      { id: created.id, input },
    );
  expect(await find()).toEqual({ task: created });

  expect(await change({})).toEqual({ updateTask: created });
  expect(await change({ title: 'Oat milk', priority: 'HIGH', dueAt: null })).toEqual({
    updateTask: { ...created, title: 'Oat milk', priority: 'HIGH', dueAt: null, version: 2 },
  });
  expect(await change({ done: true })).toMatchObject({
    updateTask: { done: true, version: 3, completedAt: expect.any(String) },
  });
  expect(await change({ done: false, description: 'two' })).toMatchObject({
    updateTask: { done: false, description: 'two', completedAt: null },
  });

  expect(await ask(fixture.seeded.bob, 'mutation ($id: ID!) { deleteTask(id: $id) }', { id: created.id })).toEqual({
    deleteTask: created.id,
  });
  expect(await find()).toEqual({ task: null });
});

describe('pages', () => {
  const query = `query ($first: Int, $after: String) { tasks(first: $first, after: $after) {
    totalCount nodes { id title } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }`;
  let reader: string;
  beforeAll(async () => {
    reader = await fixture.seeded.superuser.insertUser('reader');
    // Two at one position: the id decides between them, so that a page cannot be cut through both.
    for (const number of [1, 2, 3, 3, 4])
      await fixture.seeded.superuser.insertTask(reader, { title: `task ${number}`, position: number });
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
    const many = await fixture.seeded.superuser.insertUser('many');
    for (let number = 0; number < 21; number++) await fixture.seeded.superuser.insertTask(many, { position: number });
    expect((await ask<Page>(many, query)).tasks.nodes).toHaveLength(20);
    expect((await ask<Page>(many, query, { first: null })).tasks.nodes).toHaveLength(20);
  });

  test('of nothing are empty, and count nothing', async () => {
    const nobody = await fixture.seeded.superuser.insertUser('nobody');
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    expect(await ask(nobody, query)).toEqual({ tasks: { totalCount: 0, nodes: [], edges: [], pageInfo } });
  });

  test('cut with another’s cursor hold one’s own tasks', async () => {
    const { tasks } = await ask<Page>(reader, query, { first: 2 });
    const after = tasks.edges[0]?.cursor;
    const theirs = await ask<Page>(fixture.seeded.bob, query, { after });
    expect(theirs.tasks.nodes.every(({ title }) => !title.startsWith('task '))).toBe(true);
  });
});

test('a new task stands on top', async () => {
  const maker = await fixture.seeded.superuser.insertUser('maker');
  for (const title of ['first', 'second', 'third'])
    await ask(maker, 'mutation ($title: String!) { createTask(input: { title: $title }) { id } }', { title });
  const { tasks } = await ask<Page>(maker, '{ tasks { nodes { title } } }');
  expect(tasks.nodes.map(({ title }) => title)).toEqual(['third', 'second', 'first']);
});

test('the counters tell of answers by status, and the log has one line for each, without its document', async () => {
  const counted = async () =>
    Number(/fieldgate_requests_total\{status="401"\} (\d+)/.exec(await fixture.api.metrics())?.[1] ?? 0);
  const before = await counted();
  const response = await fixture.api.execute('{ viewer { id } }');
  expect(await counted()).toBe(before + 1);
  const lines = fixture.api.log.filter(
    ({ requestId, msg }) => requestId === response.headers.get('x-request-id') && msg === 'answered',
  );
  expect(lines).toEqual([expect.objectContaining({ method: 'POST', status: 401, address: '127.0.0.1' })]);
  expect(JSON.stringify(lines)).not.toContain('viewer {');
  const refusal = fixture.api.log.find(
    ({ requestId, kind }) => requestId === response.headers.get('x-request-id') && kind === 'refused',
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
