import { beforeEach, describe, expect, test } from 'vitest';
import { generateUuidV7 } from '../../server/uuid.ts';
import { type ApiResponse, comparableText, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

let before: unknown[];

const fixture = setUpApiFixture();
beforeEach(async () => {
  before = await fixture.seeded.alicesRows();
});

const titles = async () =>
  (
    await fixture.seeded.superuser.rows<{ title: string }>('select title from app.task where user_id = $1', [
      fixture.seeded.bob,
    ])
  ).map(({ title }) => title);

/** Ids that name no row of Bob's. */
const inaccessibleIds = () => ({
  'another user’s': fixture.seeded.alicesTask,
  missing: generateUuidV7(),
  'another user’s in upper case': fixture.seeded.alicesTask.toUpperCase(),
  'not a UUID': 'x',
  empty: '',
});

async function expectSameResponse(query: string): Promise<ApiResponse> {
  const responses = new Map<string, ApiResponse>();
  for (const id of Object.values(inaccessibleIds())) {
    const response = await fixture.executeAsBob(query, { id });
    responses.set(comparableText(response), response);
  }
  const [only, ...others] = responses.values();
  expect(others).toEqual([]);
  if (only === undefined) throw new Error('No response.');
  return only;
}

describe('another user’s row', () => {
  test('answers another user’s row as a missing one, byte for byte', async () => {
    const response = await expectSameResponse('query ($id: ID!) { task(id: $id) { id userId title } }');
    expect([response.status, response.body]).toEqual([200, { data: { task: null } }]);
  });

  // covers: ACCESS-12, US3.3
  test('omits other users’ rows from lists and counts', async () => {
    const { body } = await fixture.executeAsBob(
      '{ tasks(first: 100) { totalCount nodes { userId } edges { node { userId } } } }',
    );
    const own = await titles();
    expect(body?.data).toEqual({
      tasks: {
        totalCount: own.length,
        nodes: own.map(() => ({ userId: fixture.seeded.bob })),
        edges: own.map(() => ({ node: { userId: fixture.seeded.bob } })),
      },
    });
  });

  // covers: ACCESS-18
  test.each([
    ['updateTask', 'mutation ($id: ID!) { updateTask(id: $id, input: { title: "taken", done: true }) { id } }'],
    ['updateTask with nothing to change', 'mutation ($id: ID!) { updateTask(id: $id, input: {}) { id } }'],
    ['updateTasks', 'mutation ($id: ID!) { updateTasks(ids: [$id], done: true) { id } }'],
    ['restoreTask', 'mutation ($id: ID!) { restoreTask(id: $id) { id } }'],
    ['deleteTask', 'mutation ($id: ID!) { deleteTask(id: $id) }'],
  ])('answers %s of another user’s row with NOT_FOUND, as for a missing one, and keeps the row', async (_, query) => {
    const response = await expectSameResponse(query);
    expect([response.status, errorCodes(response)]).toEqual([200, ['NOT_FOUND']]);
    expect(response.body?.data).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });
});

describe('a mutation with several fields', () => {
  // covers: ACCESS-16
  test.each([
    [
      'a bad value',
      'mutation { one: createTask(input: { title: "half" }) { id } two: createTask(input: { title: "" }) { id } }',
      'BAD_USER_INPUT',
    ],
    [
      'a missing row',
      'mutation { one: createTask(input: { title: "half" }) { id } two: deleteTask(id: "x") }',
      'NOT_FOUND',
    ],
    [
      'null by a variable',
      'mutation ($id: ID = "x") { one: createTask(input: { title: "half" }) { id } two: deleteTask(id: $id) }',
      'BAD_USER_INPUT',
    ],
  ])('rolls back the first of two fields when the second fails on %s', async (_, query, code) => {
    const titlesBefore = await titles();
    const response = await fixture.executeAsBob(query, query.includes('$id') ? { id: null } : {});
    expect(errorCodes(response)).toEqual([code]);
    expect(response.body?.data).toBeNull();
    expect(await titles()).toEqual(titlesBefore);
  });

  // covers: ACCESS-16
  test('rolls back an update when a later field addresses another user’s row', async () => {
    const query = `mutation ($own: ID!, $id: ID!) {
      own: updateTask(id: $own, input: { title: "changed" }) { title }
      foreign: updateTask(id: $id, input: { title: "changed" }) { title }
    }`;
    const response = await fixture.executeAsBob(query, { own: fixture.seeded.bobsTask, id: fixture.seeded.alicesTask });
    expect(errorCodes(response)).toEqual(['NOT_FOUND']);
    expect(await titles()).not.toContain('changed');
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });

  test('commits all fields when none fails', async () => {
    const query = `mutation {
      one: createTask(input: { title: "one" }) { id }
      two: createTask(input: { title: "two" }) { id }
    }`;
    expect(errorCodes(await fixture.executeAsBob(query))).toEqual([]);
    expect(await titles()).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

test('returns each of two concurrent viewers their own rows', async () => {
  const query = '{ viewer { id } tasks(first: 100) { nodes { userId } } }';
  const viewerIds = Array.from({ length: 300 }, (_, index) =>
    index % 2 === 0 ? fixture.seeded.alice : fixture.seeded.bob,
  );
  const responses = await Promise.all(viewerIds.map((id) => fixture.api.execute(query, { token: signToken(id) })));
  for (const [index, { text }] of responses.entries()) {
    const ids = new Set(text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g));
    expect([...ids]).toEqual([viewerIds[index]]);
  }
});
