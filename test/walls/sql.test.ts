import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeCursor } from '../../server/data/cursor.ts';
import { type OwnedData, ownedData } from '../../server/data/data.ts';
import { Database } from '../../server/data/transaction.ts';
import { ROW_SECURITY_OFF, watched, withoutOwner } from './faults.ts';
import { owners, type Scene, scene } from './scene.ts';

interface Wall {
  readonly name: string;
  readonly ruin: string;
  readonly change: (text: string) => string;
}

const WALLS: readonly Wall[] = [
  { name: 'wall 2 alone: SQL, no row security', ruin: ROW_SECURITY_OFF, change: (text) => text },
  { name: 'wall 3 alone: row security, no owner in any WHERE', ruin: 'select', change: withoutOwner },
];

const ALL = new Set(['title', 'done', 'position', 'version', 'task', 'email']);

/** No engine stands before or behind the repositories here. */
describe.each(WALLS)('$name', ({ ruin, change }) => {
  let there: Scene;
  let database: Database;
  let before: unknown[];
  let statements: readonly string[];
  let bind: ReturnType<typeof ownedData>;

  beforeAll(async () => {
    there = await scene(ruin);
    const seen = watched(there.source.pool, change);
    statements = seen.statements;
    database = new Database(seen.pool);
    bind = ownedData(there.source.mapping, owners());
  });
  afterAll(() => there.end());
  beforeEach(async () => {
    before = await there.alicesRows();
  });

  const asBob = <T>(work: (data: OwnedData) => Promise<T>) =>
    database.writing(there.bob, (run) => work(bind(there.bob, run)));

  /** Everything of a page, so that nothing of it is left out of the statement. */
  const page = (tasks: OwnedData['tasks'], after: string | null = null) =>
    tasks.page(
      { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: 100, after },
      { nodes: ALL, rows: true, count: true },
    );

  test('stands alone: the other walls are down', async () => {
    await asBob(({ tasks }) => page(tasks));
    const { rows } = await there.source.pool.query('select count(*)::integer from app.task');
    // Without a viewer row security lets nothing be seen, unless it is off.
    const fallen = { sql: statements.every((text) => !text.includes('"user_id" =')), rows: rows[0].count === 2 };
    expect(fallen).toEqual({ sql: change === withoutOwner, rows: ruin === ROW_SECURITY_OFF });
  });

  test('Bob finds his own task by its id, and Alice’s by no means', async () => {
    expect(await asBob(({ tasks }) => tasks.byId(there.bobsTask, ALL))).toMatchObject({ userId: there.bob });
    expect(await asBob(({ tasks }) => tasks.byId(there.alicesTask, ALL))).toBeNull();
  });

  test('Bob’s pages hold and count Bob’s tasks, from the first to the last', async () => {
    const whole = { totalCount: 1, nodes: [{ id: there.bobsTask }] };
    expect(await asBob(({ tasks }) => page(tasks))).toMatchObject({ ...whole, hasNextPage: false });
    const start = encodeCursor('POSITION ASC', { key: -1, id: there.bobsTask });
    expect(await asBob(({ tasks }) => page(tasks, start))).toMatchObject(whole);
  });

  test('Bob’s account is Bob’s', async () => {
    expect(await asBob(({ users }) => users.own(ALL))).toMatchObject({ id: there.bob });
  });

  test('Bob finds the steps of his own task, and none of Alice’s', async () => {
    expect(await asBob(({ steps }) => steps.ofTask(there.bobsTask, ALL))).toMatchObject([{ id: there.bobsStep }]);
    expect(await asBob(({ steps }) => steps.ofTask(there.alicesTask, ALL))).toEqual([]);
  });

  test.each<[string, (data: OwnedData) => Promise<unknown>]>([
    ['change', ({ tasks }) => tasks.update(there.alicesTask, { title: 'taken', done: true }, null, ALL)],
    ['learn the version of', ({ tasks }) => tasks.update(there.alicesTask, { title: 'taken' }, 9, ALL)],
    ['learn the version, changing nothing, of', ({ tasks }) => tasks.update(there.alicesTask, {}, 9, ALL)],
    ['move', ({ tasks }) => tasks.move(there.alicesTask, null, ALL)],
    ['move, behind his own,', ({ tasks }) => tasks.move(there.alicesTask, there.bobsTask, ALL)],
    ['move his own behind', ({ tasks }) => tasks.move(there.bobsTask, there.alicesTask, ALL)],
    ['move, behind itself,', ({ tasks }) => tasks.move(there.alicesTask, there.alicesTask, ALL)],
    ['hang a step on', ({ steps }) => steps.add(there.alicesTask, { title: 'planted', done: false }, ALL)],
  ])('Bob cannot %s Alice’s task: it is absent, and stays as it was', async (_, attempt) => {
    expect(await asBob(attempt)).toBeNull();
    expect(await there.alicesRows()).toEqual(before);
  });

  test('Bob cannot change Alice’s step: it is absent, and stays as it was', async () => {
    for (const changes of [{ title: 'taken', done: true }, {}])
      expect(await asBob(({ steps }) => steps.update(there.alicesStep, changes, ALL))).toBeNull();
    expect(await asBob(({ steps }) => steps.delete(there.alicesStep))).toBe(false);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('Bob cannot delete Alice’s task', async () => {
    expect(await asBob(({ tasks }) => tasks.delete(there.alicesTask))).toBe(false);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('what Bob changes, moves and adds is his own', async () => {
    const changed = await asBob(({ tasks }) => tasks.update(there.bobsTask, { title: 'mine' }, 1, ALL));
    expect(changed).toMatchObject({ task: { title: 'mine', userId: there.bob } });
    expect(await asBob(({ tasks }) => tasks.move(there.bobsTask, null, ALL))).toMatchObject({ userId: there.bob });
    const step = { title: 'mine', done: true };
    expect(await asBob(({ steps }) => steps.add(there.bobsTask, step, ALL))).toMatchObject({ userId: there.bob });
    expect(await asBob(({ steps }) => steps.update(there.bobsStep, step, ALL))).toMatchObject(step);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('Bob’s order is made of Bob’s tasks alone, and so are its numbers', async () => {
    await there.above.rows('update app.task set position = 0.5 where user_id = $1', [there.alice]);
    const kept = await there.alicesRows();
    const second = await there.above.task(there.bob, { title: 'second', position: 1 });
    const third = await there.above.task(there.bob, { title: 'third', position: 1 });
    await there.above.rows('update app.task set position = 0 where id = $1', [there.bobsTask]);
    expect(await asBob(({ tasks }) => tasks.move(third, there.bobsTask, ALL))).toMatchObject({ position: 0.5 });
    // No number lies between two that are equal: Bob's tasks are numbered anew, 1, 2, 3.
    await there.above.rows('update app.task set position = 0 where user_id = $1', [there.bob]);
    await asBob(({ tasks }) => tasks.move(third, there.bobsTask, ALL));
    const [first] = await there.above.rows('select position from app.task where id = $1', [there.bobsTask]);
    expect(first).toEqual({ position: 1 });
    expect(await there.alicesRows()).toEqual(kept);
    for (const id of [second, third]) expect(await asBob(({ tasks }) => tasks.delete(id))).toBe(true);
  });

  test('what Bob creates is Bob’s', async () => {
    const task = { title: 'new', description: '', dueAt: null, priority: 'NORMAL' as const };
    const made = await asBob(({ tasks }) => tasks.create(task, ALL));
    expect(made?.userId).toBe(there.bob);
    expect(await asBob(({ tasks }) => tasks.delete(made?.id ?? ''))).toBe(true);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('when Bob clears his tasks, Alice’s stay', async () => {
    expect(await asBob(({ tasks }) => tasks.clear(true))).toBe(0);
    expect(await asBob(({ tasks }) => tasks.clear(null))).toBe(1);
    expect(await there.alicesRows()).toEqual(before);
  });
});
