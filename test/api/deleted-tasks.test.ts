import { beforeEach, describe, expect, test } from 'vitest';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { errorCodes } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();
/** A new user for each test, with three tasks: `first` and `third` are open, `second` is done and has two steps. */
let gail: string;
let ids: Record<'first' | 'second' | 'third', string>;
let step: string;

beforeEach(async () => {
  const { superuser } = fixture.seeded;
  await superuser.rows(`delete from auth."user" where name = 'gail'`);
  gail = await superuser.insertUser('gail');
  const insertTask = (title: string, position: number) => superuser.insertTask(gail, { title, position });
  ids = {
    first: await insertTask('first', 1),
    second: await insertTask('second', 2),
    third: await insertTask('third', 3),
  };
  await superuser.rows('update app.task set done = true, completed_at = now() where id = $1', [ids.second]);
  step = await superuser.insertStep(gail, ids.second, { title: 'one', position: 1 });
  await superuser.insertStep(gail, ids.second, { title: 'two', position: 2 });
});

const send = (query: string, variables: Record<string, unknown> = {}) =>
  fixture.api.execute(query, { token: signToken(gail), variables });
/** Returns an operation's data; it must have no errors. */
async function execute(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { body, text } = await send(query, variables);
  expect(body?.errors, text).toBeUndefined();
  return { ...body?.data };
}
const EVERY_FIELD = `id userId title description done dueAt priority position version createdAt updatedAt completedAt
  steps { id title done position }`;
const list = async (args = '') =>
  (await execute(`{ tasks${args} { totalCount nodes { ${EVERY_FIELD} } } }`))['tasks'] as {
    totalCount: number;
    nodes: { title: string }[];
  };
const titles = async (args = '') => (await list(args)).nodes.map(({ title }) => title);
const remove = (id: string) => execute('mutation ($id: ID!) { deleteTask(id: $id) }', { id });
const restore = (id: string) => execute(`mutation ($id: ID!) { restoreTask(id: $id) { ${EVERY_FIELD} } }`, { id });

describe('a deleted task', () => {
  // covers: TASKAPI-02
  test('deleteTask returns the id, and restoreTask returns the task with its steps, position and version', async () => {
    const before = await list();
    expect(await remove(ids.second)).toEqual({ deleteTask: ids.second });
    expect(await list()).toMatchObject({ totalCount: 2, nodes: [{ title: 'first' }, { title: 'third' }] });
    expect(await restore(ids.second)).toEqual({ restoreTask: before.nodes[1] });
    expect(await list()).toEqual(before);
  });

  // covers: TASKAPI-02
  test('restoreTask returns a task that is not deleted unchanged, so that a client may repeat it', async () => {
    const before = await list();
    await remove(ids.first);
    for (const attempt of [1, 2, 3])
      expect([attempt, await restore(ids.first)]).toEqual([attempt, { restoreTask: before.nodes[0] }]);
    expect(await list()).toEqual(before);
  });

  // covers: TASKAPI-02
  test.each([
    ['task', 'query ($id: ID!) { task(id: $id) { id } }'],
    ['updateTask', 'mutation ($id: ID!) { updateTask(id: $id, input: { title: "new" }) { id } }'],
    ['updateTask of nothing', 'mutation ($id: ID!) { updateTask(id: $id, input: {}) { id } }'],
    ['updateTasks', 'mutation ($id: ID!) { updateTasks(ids: [$id], done: false) { id } }'],
    ['moveTask', 'mutation ($id: ID!) { moveTask(id: $id) { id } }'],
    ['moveTask after it', 'mutation ($id: ID!, $first: ID!) { moveTask(id: $first, after: $id) { id } }'],
    ['addStep', 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "s" }) { id } }'],
    ['updateStep', 'mutation ($step: ID!) { updateStep(id: $step, input: { done: true }) { id } }'],
    ['updateStep of nothing', 'mutation ($step: ID!) { updateStep(id: $step, input: {}) { id } }'],
    ['deleteStep', 'mutation ($step: ID!) { deleteStep(id: $step) }'],
    ['deleteTask', 'mutation ($id: ID!) { deleteTask(id: $id) }'],
  ])('is missing for %s', async (_, query) => {
    const before = await list();
    await remove(ids.second);
    const { body } = await send(query, { id: ids.second, step, first: ids.first });
    if (query.startsWith('query')) expect(body).toEqual({ data: { task: null } });
    else expect(body).toMatchObject({ data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await restore(ids.second);
    expect(await list()).toEqual(before);
  });

  // covers: TASKAPI-02
  test.each(['', '(filter: { done: true })', '(filter: { text: "second" })', '(orderBy: { field: TITLE })'])(
    'is in no list and no count: tasks%s',
    async (args) => {
      await remove(ids.second);
      expect(await titles(args)).not.toContain('second');
      const { viewer } = await execute('{ viewer { tasks { totalCount nodes { title } } } }');
      expect(viewer).toMatchObject({ tasks: { totalCount: 2, nodes: [{ title: 'first' }, { title: 'third' }] } });
    },
  );

  // covers: TASKAPI-02
  test('stays between its neighbours when the tasks are renumbered meanwhile', async () => {
    const { superuser } = fixture.seeded;
    await superuser.rows('update app.task set position = 7 where user_id = $1', [gail]);
    // Equal positions are sorted by id, and ids of the same millisecond by chance.
    const order = await titles();
    const idOf = (index: number) => ids[order[index] as keyof typeof ids];
    await remove(idOf(1));
    const fourth = await superuser.insertTask(gail, { title: 'fourth', position: 8 });
    // There is no position between two equal ones.
    await execute('mutation ($id: ID!, $after: ID!) { moveTask(id: $id, after: $after) { id } }', {
      id: fourth,
      after: idOf(0),
    });
    await restore(idOf(1));
    const after = await titles();
    expect(after.filter((title) => title !== 'fourth')).toEqual(order);
  });

  // covers: TASKAPI-02
  test('another user cannot restore it', async () => {
    await remove(ids.second);
    const response = await fixture.executeAsBob('mutation ($id: ID!) { restoreTask(id: $id) { id } }', {
      id: ids.second,
    });
    expect(errorCodes(response)).toEqual(['NOT_FOUND']);
    expect(await titles()).toEqual(['first', 'third']);
  });
});

// covers: TASKAPI-02
test('clearTasks counts tasks once, and each of them can be restored', async () => {
  const before = await list();
  expect(await execute('mutation { clearTasks(done: true) }')).toEqual({ clearTasks: 1 });
  expect(await execute('mutation { clearTasks }')).toEqual({ clearTasks: 2 });
  expect(await execute('mutation { clearTasks }')).toEqual({ clearTasks: 0 });
  for (const id of Object.values(ids)) await restore(id);
  expect(await list()).toEqual(before);
});

test('a mutation that fails later deletes and restores nothing', async () => {
  await remove(ids.first);
  const response = await send(
    `mutation ($first: ID!, $second: ID!) {
      restoreTask(id: $first) { id } deleteTask(id: $second) createTask(input: { title: "" }) { id } }`,
    ids,
  );
  expect(errorCodes(response)).toEqual(['BAD_USER_INPUT']);
  expect(await titles()).toEqual(['second', 'third']);
});

describe('updateTasks', () => {
  const UPDATE =
    'mutation ($ids: [ID!]!, $done: Boolean!) { updateTasks(ids: $ids, done: $done) { title done version completedAt } }';

  // covers: TASKAPI-01
  test('marks tasks as done and open again, in the order of the ids, each once', async () => {
    const done = { done: true, completedAt: expect.any(String) };
    expect(await execute(UPDATE, { ids: [ids.third, ids.first, ids.third], done: true })).toEqual({
      updateTasks: [
        { title: 'third', version: 2, ...done },
        { title: 'first', version: 2, ...done },
      ],
    });
    expect(await titles('(filter: { done: true })')).toEqual(['first', 'second', 'third']);
    expect(await execute(UPDATE, { ids: [ids.first], done: false })).toEqual({
      updateTasks: [{ title: 'first', version: 3, done: false, completedAt: null }],
    });
  });

  test('keeps the time at which a task was done', async () => {
    const completedAt = '2026-01-01T00:00:00.000Z';
    await fixture.seeded.superuser.rows('update app.task set completed_at = $1 where id = $2', [
      completedAt,
      ids.second,
    ]);
    expect(await execute(UPDATE, { ids: [ids.second], done: true })).toMatchObject({ updateTasks: [{ completedAt }] });
  });

  // covers: TASKAPI-01
  test('changes nothing if one of the ids is another user’s, deleted or missing, and answers all alike', async () => {
    await remove(ids.second);
    const before = await list();
    const others = [fixture.seeded.bobsTask, ids.second, '01900000-0000-7000-8000-00000000000a'];
    const texts: string[] = [];
    for (const other of others) {
      const response = await send(UPDATE, { ids: [ids.first, other, ids.third], done: true });
      expect(errorCodes(response)).toEqual(['NOT_FOUND']);
      texts.push(response.text);
    }
    expect(new Set(texts).size).toBe(1);
    expect(await list()).toEqual(before);
  });

  // covers: TASKAPI-01
  test('accepts 100 ids and rejects 101 and none', async () => {
    const many: string[] = [];
    for (let index = 0; index < 100; index++) many.push(await fixture.seeded.superuser.insertTask(gail));
    const { updateTasks } = await execute(UPDATE, { ids: many, done: true });
    expect(updateTasks).toHaveLength(100);
    for (const invalid of [[...many, ids.first], []])
      expect((await send(UPDATE, { ids: invalid, done: true })).body).toMatchObject({
        data: null,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'ids', rule: 'length', min: 1, max: 100 } }],
      });
  });

  // covers: TASKAPI-01
  test('commits concurrent calls with common tasks in different orders', async () => {
    const responses = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        send(UPDATE, { ids: Object.values(ids).toSorted(() => (index % 2 ? 1 : -1)), done: index % 3 === 0 }),
      ),
    );
    expect(responses.flatMap(errorCodes)).toEqual([]);
  });
});
