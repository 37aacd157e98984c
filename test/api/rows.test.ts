import { beforeEach, describe, expect, test } from 'vitest';
import { newIdentifier } from '../../server/data/identifier.ts';
import { type Answer, bytes, codes } from './api.ts';
import { apiOnScene } from './on-scene.ts';
import { mint } from './token.ts';

let before: unknown[];

const on = apiOnScene();
beforeEach(async () => {
  before = await on.there.alicesRows();
});

const titles = async () =>
  (await on.there.above.rows<{ title: string }>('select title from app.task where user_id = $1', [on.there.bob])).map(
    ({ title }) => title,
  );

/** Names that are no row of Bob's, each of another kind. */
const elsewhere = () => ({
  'somebody else’s': on.there.alicesTask,
  'nobody’s': newIdentifier(),
  'somebody else’s in capitals': on.there.alicesTask.toUpperCase(),
  'no id at all': 'x',
  'an empty id': '',
});

async function sameForAll(query: string): Promise<Answer> {
  const answers = new Map<string, Answer>();
  for (const id of Object.values(elsewhere())) {
    const answer = await on.asBob(query, { id });
    answers.set(bytes(answer), answer);
  }
  const [only, ...others] = answers.values();
  expect(others).toEqual([]);
  if (only === undefined) throw new Error('No answer.');
  return only;
}

describe('a row that is not the viewer’s', () => {
  test('is absent: somebody else’s and a missing one are the same bytes', async () => {
    const answer = await sameForAll('query ($id: ID!) { task(id: $id) { id userId title } }');
    expect([answer.status, answer.body]).toEqual([200, { data: { task: null } }]);
  });

  test('is in no list and in no count', async () => {
    const { body } = await on.asBob('{ tasks(first: 100) { totalCount nodes { userId } edges { node { userId } } } }');
    const own = await titles();
    expect(body?.data).toEqual({
      tasks: {
        totalCount: own.length,
        nodes: own.map(() => ({ userId: on.there.bob })),
        edges: own.map(() => ({ node: { userId: on.there.bob } })),
      },
    });
  });

  test.each([
    ['updateTask', 'mutation ($id: ID!) { updateTask(id: $id, input: { title: "taken", done: true }) { id } }'],
    ['updateTask with nothing to change', 'mutation ($id: ID!) { updateTask(id: $id, input: {}) { id } }'],
    ['deleteTask', 'mutation ($id: ID!) { deleteTask(id: $id) }'],
  ])('is NOT_FOUND to %s, the same bytes as a missing one, and stays as it was', async (_, query) => {
    const answer = await sameForAll(query);
    expect([answer.status, codes(answer)]).toEqual([200, ['NOT_FOUND']]);
    expect(answer.body?.data).toBeNull();
    expect(await on.there.alicesRows()).toEqual(before);
  });
});

describe('a mutation has no errors or no effect', () => {
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
  ])('the first of two fields is taken back when the second fails on %s', async (_, query, code) => {
    const kept = await titles();
    const answer = await on.asBob(query, query.includes('$id') ? { id: null } : {});
    expect(codes(answer)).toEqual([code]);
    expect(answer.body?.data).toBeNull();
    expect(await titles()).toEqual(kept);
  });

  test('a row that was changed is as before when a later field meets somebody else’s row', async () => {
    const query = `mutation ($own: ID!, $id: ID!) {
      own: updateTask(id: $own, input: { title: "changed" }) { title }
      foreign: updateTask(id: $id, input: { title: "changed" }) { title }
    }`;
    const answer = await on.asBob(query, { own: on.there.bobsTask, id: on.there.alicesTask });
    expect(codes(answer)).toEqual(['NOT_FOUND']);
    expect(await titles()).not.toContain('changed');
    expect(await on.there.alicesRows()).toEqual(before);
  });

  test('and when none fails, all fields have had theirs', async () => {
    const query = `mutation {
      one: createTask(input: { title: "one" }) { id }
      two: createTask(input: { title: "two" }) { id }
    }`;
    expect(codes(await on.asBob(query))).toEqual([]);
    expect(await titles()).toEqual(expect.arrayContaining(['one', 'two']));
  });
});

test('two viewers asking at once each get their own rows, every time', async () => {
  const query = '{ viewer { id } tasks(first: 100) { nodes { userId } } }';
  const asked = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? on.there.alice : on.there.bob));
  const answers = await Promise.all(asked.map((id) => on.api.ask(query, { token: mint(id) })));
  for (const [index, { text }] of answers.entries()) {
    const ids = new Set(text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g));
    expect([...ids]).toEqual([asked[index]]);
  }
});
