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

async function execute<Data>(id: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { status, body, text } = await fixture.api.execute(query, { token: signToken(id), variables });
  expect([status, body?.errors], text).toEqual([200, undefined]);
  return body?.data as Data;
}

describe('the viewer', () => {
  test('returns the account of the token’s user', async () => {
    const fields = 'id name email emailVerified role createdAt';
    const { viewer, user } = await execute<Record<string, Record<string, unknown>>>(
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
  test('identifies the viewer by user_id, not by the token’s e-mail or role', async () => {
    const token = signToken(fixture.seeded.bob, { email: 'alice@example.com', role: 'ADMIN' });
    const { body } = await fixture.api.execute('{ viewer { id email role } }', { token });
    expect(body?.data).toEqual({ viewer: { id: fixture.seeded.bob, email: 'bob@example.com', role: 'USER' } });
  });
});

test('creates, finds, updates, completes, reopens and deletes a task', async () => {
  const fields = 'id userId title description done dueAt priority version completedAt';
  const { createTask } = await execute<{ createTask: { id: string } }>(
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
  const find = () =>
    execute(fixture.seeded.bob, `query ($id: ID!) { task(id: $id) { ${fields} } }`, { id: created.id });
  const update = (input: Record<string, unknown>) =>
    execute(
      fixture.seeded.bob,
      `mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { ${fields} } }`,
      { id: created.id, input },
    );
  expect(await find()).toEqual({ task: created });

  expect(await update({})).toEqual({ updateTask: created });
  expect(await update({ title: 'Oat milk', priority: 'HIGH', dueAt: null })).toEqual({
    updateTask: { ...created, title: 'Oat milk', priority: 'HIGH', dueAt: null, version: 2 },
  });
  expect(await update({ done: true })).toMatchObject({
    updateTask: { done: true, version: 3, completedAt: expect.any(String) },
  });
  expect(await update({ done: false, description: 'two' })).toMatchObject({
    updateTask: { done: false, description: 'two', completedAt: null },
  });

  expect(await execute(fixture.seeded.bob, 'mutation ($id: ID!) { deleteTask(id: $id) }', { id: created.id })).toEqual({
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
    // Two tasks at one position: the id breaks the tie, so that no page skips or repeats one.
    for (const number of [1, 2, 3, 3, 4])
      await fixture.seeded.superuser.insertTask(reader, { title: `task ${number}`, position: number });
  });

  test.each([1, 2, 3, 4, 5, 100])('returns every task once, in order, with pageInfo, in pages of %i', async (first) => {
    const titles: string[] = [];
    let after: string | null = null;
    for (let page = 0; ; page++) {
      const { tasks }: Page = await execute<Page>(reader, query, { first, after });
      titles.push(...tasks.nodes.map(({ title }) => title));
      expect(tasks.totalCount).toBe(5);
      expect(tasks.edges.map(({ node }) => node.id)).toEqual(tasks.nodes.map(({ id }) => id));
      expect(tasks.pageInfo).toEqual({
        hasNextPage: titles.length < 5,
        hasPreviousPage: page > 0,
        startCursor: tasks.edges[0]?.cursor,
        endCursor: tasks.edges.at(-1)?.cursor,
      });
      if (titles.length === 5) break;
      expect(tasks.nodes).toHaveLength(first);
      after = tasks.edges.at(-1)?.cursor ?? null;
    }
    expect(titles).toEqual(['task 1', 'task 2', 'task 3', 'task 3', 'task 4']);
  });

  test('returns 20 tasks by default', async () => {
    const many = await fixture.seeded.superuser.insertUser('many');
    for (let number = 0; number < 21; number++) await fixture.seeded.superuser.insertTask(many, { position: number });
    expect((await execute<Page>(many, query)).tasks.nodes).toHaveLength(20);
    expect((await execute<Page>(many, query, { first: null })).tasks.nodes).toHaveLength(20);
  });

  test('returns an empty page for a user without tasks', async () => {
    const newcomer = await fixture.seeded.superuser.insertUser('newcomer');
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
    expect(await execute(newcomer, query)).toEqual({ tasks: { totalCount: 0, nodes: [], edges: [], pageInfo } });
  });

  test('returns only the viewer’s tasks after another user’s cursor', async () => {
    const { tasks } = await execute<Page>(reader, query, { first: 2 });
    const after = tasks.edges[0]?.cursor;
    const bobsPage = await execute<Page>(fixture.seeded.bob, query, { after });
    expect(bobsPage.tasks.nodes.every(({ title }) => !title.startsWith('task '))).toBe(true);
  });
});

test('puts a new task at the top', async () => {
  const maker = await fixture.seeded.superuser.insertUser('maker');
  for (const title of ['first', 'second', 'third'])
    await execute(maker, 'mutation ($title: String!) { createTask(input: { title: $title }) { id } }', { title });
  const { tasks } = await execute<Page>(maker, '{ tasks { nodes { title } } }');
  expect(tasks.nodes.map(({ title }) => title)).toEqual(['third', 'second', 'first']);
});

test('counts responses by status and logs one line for each, without the document', async () => {
  const refusedCount = async () =>
    Number(/fieldgate_requests_total\{status="401"\} (\d+)/.exec(await fixture.api.metrics())?.[1] ?? 0);
  const before = await refusedCount();
  const response = await fixture.api.execute('{ viewer { id } }');
  expect(await refusedCount()).toBe(before + 1);
  const lines = fixture.api.log.filter(
    ({ requestId, msg }) => requestId === response.headers.get('x-request-id') && msg === 'answered',
  );
  expect(lines).toEqual([expect.objectContaining({ method: 'POST', status: 401, address: '127.0.0.1' })]);
  expect(JSON.stringify(lines)).not.toContain('viewer {');
  const rejection = fixture.api.log.find(
    ({ requestId, kind }) => requestId === response.headers.get('x-request-id') && kind === 'refused',
  );
  expect(rejection).toMatchObject({
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
