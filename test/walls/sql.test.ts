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

  test('stands alone: the other walls are down', async () => {
    await asBob(({ tasks }) => tasks.page(1, null));
    const { rows } = await there.source.pool.query('select count(*)::integer from app.task');
    // Without a viewer row security lets nothing be seen, unless it is off.
    const fallen = { sql: statements.every((text) => !text.includes('"user_id" =')), rows: rows[0].count === 2 };
    expect(fallen).toEqual({ sql: change === withoutOwner, rows: ruin === ROW_SECURITY_OFF });
  });

  test('Bob finds his own task by its id, and Alice’s by no means', async () => {
    expect(await asBob(({ tasks }) => tasks.byId(there.bobsTask))).toMatchObject({ userId: there.bob });
    expect(await asBob(({ tasks }) => tasks.byId(there.alicesTask))).toBeNull();
  });

  test('Bob’s pages hold and count Bob’s tasks, from the first to the last', async () => {
    const first = await asBob(({ tasks }) => tasks.page(100, null));
    expect(first).toMatchObject({ totalCount: 1, nodes: [{ id: there.bobsTask }], hasNextPage: false });
    const start = encodeCursor({ position: -1, id: there.bobsTask });
    const next = await asBob(({ tasks }) => tasks.page(100, start));
    expect(next).toMatchObject({ totalCount: 1, nodes: [{ id: there.bobsTask }] });
  });

  test('Bob’s account is Bob’s', async () => {
    expect(await asBob(({ users }) => users.own())).toMatchObject({ id: there.bob });
  });

  test('Bob cannot change Alice’s task: it is absent, and stays as it was', async () => {
    expect(await asBob(({ tasks }) => tasks.update(there.alicesTask, { title: 'taken', done: true }))).toBeNull();
    expect(await there.alicesRows()).toEqual(before);
    expect(await asBob(({ tasks }) => tasks.update(there.bobsTask, { title: 'mine' }))).toMatchObject({
      title: 'mine',
    });
  });

  test('Bob cannot delete Alice’s task', async () => {
    expect(await asBob(({ tasks }) => tasks.delete(there.alicesTask))).toBe(false);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('what Bob creates is Bob’s', async () => {
    const task = { title: 'new', description: '', dueAt: null, priority: 'NORMAL' as const };
    const made = await asBob(({ tasks }) => tasks.create(task));
    expect(made?.userId).toBe(there.bob);
    expect(await asBob(({ tasks }) => tasks.delete(made?.id ?? ''))).toBe(true);
    expect(await there.alicesRows()).toEqual(before);
  });
});
