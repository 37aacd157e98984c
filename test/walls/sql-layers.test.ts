import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeCursor } from '../../server/data/query/cursor.ts';
import { type OwnedData, createOwnedData } from '../../server/data/owned-data.ts';
import { ViewerDatabase } from '../../server/data/pg/viewer-database.ts';
import { DISABLE_ROW_SECURITY, withoutOwnerCondition } from './disabled-layers.ts';
import { recordStatements } from '../support/recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';

interface Layer {
  readonly name: string;
  readonly disablingSql: string;
  readonly rewrite: (text: string) => string;
}

const LAYERS: readonly Layer[] = [
  { name: 'wall 2: owner in SQL, row security disabled', disablingSql: DISABLE_ROW_SECURITY, rewrite: (text) => text },
  { name: 'wall 3: row security, owner in SQL disabled', disablingSql: 'select', rewrite: withoutOwnerCondition },
];

const ALL = new Set(['title', 'done', 'position', 'version', 'task', 'email']);

/** Calls the repositories directly: neither authorization nor guard runs. */
describe.each(LAYERS)('$name', ({ disablingSql, rewrite }) => {
  let seeded: SeededFixture;
  let database: ViewerDatabase;
  let before: unknown[];
  let statements: readonly string[];
  let bind: ReturnType<typeof createOwnedData>;

  beforeAll(async () => {
    seeded = await createSeededFixture(disablingSql);
    const recording = recordStatements(seeded.source.pool, { rewrite });
    statements = recording.statements;
    database = new ViewerDatabase(recording.pool);
    bind = createOwnedData(seeded.source.mapping, schemaOwners());
  });
  afterAll(() => seeded.end());
  beforeEach(async () => {
    before = await seeded.alicesRows();
  });

  const asBob = <T>(work: (data: OwnedData) => Promise<T>) =>
    database.runTransaction(seeded.bob, (run) => work(bind(seeded.bob, run)));

  /** Returns a page with rows, count and all columns, so that no part of the statement is omitted. */
  const page = (tasks: OwnedData['tasks'], after: string | null = null) =>
    tasks.page(
      { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: 100, after },
      { nodes: ALL, needsRows: true, needsCount: true, needsCursors: true, needsNextPage: true },
    );

  // covers: ACCESS-13, FR-022
  test('finds the other walls disabled', async () => {
    await asBob(({ tasks }) => page(tasks));
    const { rows } = await seeded.source.pool.query('select count(*)::integer from app.task');
    // Without a viewer, row security shows no row, unless it is disabled.
    const disabled = { sql: statements.every((text) => !text.includes('"user_id" =')), rows: rows[0].count === 2 };
    expect(disabled).toEqual({ sql: rewrite === withoutOwnerCondition, rows: disablingSql === DISABLE_ROW_SECURITY });
  });

  // covers: SC-005
  test('finds Bob’s task by its id and not Alice’s', async () => {
    expect(await asBob(({ tasks }) => tasks.byId(seeded.bobsTask, ALL))).toMatchObject({ userId: seeded.bob });
    expect(await asBob(({ tasks }) => tasks.byId(seeded.alicesTask, ALL))).toBeNull();
  });

  // covers: ACCESS-13
  test('lists and counts only Bob’s tasks on Bob’s pages', async () => {
    const whole = { totalCount: 1, nodes: [{ id: seeded.bobsTask }] };
    expect(await asBob(({ tasks }) => page(tasks))).toMatchObject({ ...whole, hasNextPage: false });
    const start = encodeCursor('POSITION ASC', { key: -1, id: seeded.bobsTask });
    expect(await asBob(({ tasks }) => page(tasks, start))).toMatchObject(whole);
  });

  test('returns Bob’s account to Bob', async () => {
    expect(await asBob(({ users }) => users.own(ALL))).toMatchObject({ id: seeded.bob });
  });

  test('lists the steps of Bob’s task and none of Alice’s', async () => {
    expect(await asBob(({ steps }) => steps.ofTask(seeded.bobsTask, ALL))).toMatchObject([{ id: seeded.bobsStep }]);
    expect(await asBob(({ steps }) => steps.ofTask(seeded.alicesTask, ALL))).toEqual([]);
  });

  // covers: ACCESS-13
  test.each<[string, (data: OwnedData) => Promise<unknown>]>([
    ['update Alice’s task', ({ tasks }) => tasks.update(seeded.alicesTask, { title: 'taken', done: true }, null, ALL)],
    ['read the version of Alice’s task', ({ tasks }) => tasks.update(seeded.alicesTask, { title: 'taken' }, 9, ALL)],
    ['read the version of Alice’s task by an empty update', ({ tasks }) => tasks.update(seeded.alicesTask, {}, 9, ALL)],
    ['mark Alice’s task as done', ({ tasks }) => tasks.updateMany([seeded.alicesTask], true, ALL)],
    ['restore Alice’s task', ({ tasks }) => tasks.restore(seeded.alicesTask, ALL)],
    ['move Alice’s task', ({ tasks }) => tasks.move(seeded.alicesTask, null, ALL)],
    ['move Alice’s task behind his own', ({ tasks }) => tasks.move(seeded.alicesTask, seeded.bobsTask, ALL)],
    ['move his own task behind Alice’s', ({ tasks }) => tasks.move(seeded.bobsTask, seeded.alicesTask, ALL)],
    ['move Alice’s task behind itself', ({ tasks }) => tasks.move(seeded.alicesTask, seeded.alicesTask, ALL)],
    ['add a step to Alice’s task', ({ steps }) => steps.add(seeded.alicesTask, { title: 'planted', done: false }, ALL)],
  ])('does not let Bob %s: Alice’s task is absent and unchanged', async (_, attempt) => {
    expect(await asBob(attempt)).toBeNull();
    expect(await seeded.alicesRows()).toEqual(before);
  });

  test('does not let Bob update or delete Alice’s step: it is absent and unchanged', async () => {
    for (const changes of [{ title: 'taken', done: true }, {}])
      expect(await asBob(({ steps }) => steps.update(seeded.alicesStep, changes, ALL))).toBeNull();
    expect(await asBob(({ steps }) => steps.delete(seeded.alicesStep))).toBe(false);
    expect(await seeded.alicesRows()).toEqual(before);
  });

  test('does not let Bob delete Alice’s task', async () => {
    expect(await asBob(({ tasks }) => tasks.delete(seeded.alicesTask))).toBe(false);
    expect(await seeded.alicesRows()).toEqual(before);
  });

  test('lets Bob update, move and add his own rows', async () => {
    const changed = await asBob(({ tasks }) => tasks.update(seeded.bobsTask, { title: 'mine' }, 1, ALL));
    expect(changed).toMatchObject({ task: { title: 'mine', userId: seeded.bob } });
    expect(await asBob(({ tasks }) => tasks.move(seeded.bobsTask, null, ALL))).toMatchObject({ userId: seeded.bob });
    const step = { title: 'mine', done: true };
    expect(await asBob(({ steps }) => steps.add(seeded.bobsTask, step, ALL))).toMatchObject({ userId: seeded.bob });
    expect(await asBob(({ steps }) => steps.update(seeded.bobsStep, step, ALL))).toMatchObject(step);
    expect(await seeded.alicesRows()).toEqual(before);
  });

  // covers: ACCESS-20
  test('computes positions from Bob’s tasks alone', async () => {
    await seeded.superuser.rows('update app.task set position = 0.5 where user_id = $1', [seeded.alice]);
    const rowsBefore = await seeded.alicesRows();
    const second = await seeded.superuser.insertTask(seeded.bob, { title: 'second', position: 1 });
    const third = await seeded.superuser.insertTask(seeded.bob, { title: 'third', position: 1 });
    await seeded.superuser.rows('update app.task set position = 0 where id = $1', [seeded.bobsTask]);
    expect(await asBob(({ tasks }) => tasks.move(third, seeded.bobsTask, ALL))).toMatchObject({ position: 0.5 });
    // There is no position between two equal ones: Bob's tasks are renumbered 1, 2, 3.
    await seeded.superuser.rows('update app.task set position = 0 where user_id = $1', [seeded.bob]);
    await asBob(({ tasks }) => tasks.move(third, seeded.bobsTask, ALL));
    const [first] = await seeded.superuser.rows('select position from app.task where id = $1', [seeded.bobsTask]);
    expect(first).toEqual({ position: 1 });
    expect(await seeded.alicesRows()).toEqual(rowsBefore);
    for (const id of [second, third]) expect(await asBob(({ tasks }) => tasks.delete(id))).toBe(true);
  });

  test('makes Bob the owner of a task that he creates', async () => {
    const task = { title: 'new', description: '', dueAt: null, priority: 'NORMAL' as const };
    const created = await asBob(({ tasks }) => tasks.create(task, ALL));
    expect(created?.userId).toBe(seeded.bob);
    expect(await asBob(({ tasks }) => tasks.delete(created?.id ?? ''))).toBe(true);
    expect(await seeded.alicesRows()).toEqual(before);
  });

  // covers: ACCESS-16
  test('keeps Alice’s tasks when Bob clears his', async () => {
    expect(await asBob(({ tasks }) => tasks.clear(true))).toBe(0);
    expect(await asBob(({ tasks }) => tasks.clear(null))).toBe(1);
    expect(await seeded.alicesRows()).toEqual(before);
  });
});
