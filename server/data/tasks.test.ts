import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newIdentifier } from './identifier.ts';
import { encodeCursor } from './cursor.ts';
import { ownedData } from './data.ts';
import { Database } from './transaction.ts';
import type { NewTask, Tasks } from './tasks.ts';
import { owners, type Scene, scene } from '../../test/walls/scene.ts';
import { watched } from '../../test/walls/faults.ts';

let there: Scene;
let statements: string[];
let carol: string;
let mine: Tasks;
let of: (viewer: string) => Tasks;

beforeAll(async () => {
  there = await scene();
  const seen = watched(there.source.pool);
  statements = seen.statements;
  const database = new Database(seen.pool);
  const bind = ownedData(there.source.mapping, owners());
  of = (viewer) => bind(viewer, database.reading(viewer).run).tasks;
});
afterAll(() => there.end());
beforeEach(async () => {
  carol = await there.above.person(`carol-${newIdentifier()}`);
  mine = of(carol);
  statements.length = 0;
});

const NEW: NewTask = { title: 'Buy milk', description: 'Oat', dueAt: new Date(1_800_000_000_000), priority: 'HIGH' };
const kept = (id: string) => there.above.rows('select * from app.task where id = $1', [id]);

describe('create', () => {
  test('keeps what it is given, for the viewer, and answers with the whole row', async () => {
    const row = await mine.create(NEW);
    expect(row).toEqual({
      ...NEW,
      userId: carol,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      done: false,
      position: expect.any(Number),
      version: 1,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      completedAt: null,
    });
    expect(await kept(row?.id ?? '')).toMatchObject([{ user_id: carol, title: 'Buy milk', priority: 'HIGH' }]);
  });

  test('takes text as text, whatever it looks like', async () => {
    for (const title of ["'; drop table app.task; --", '$1 :viewer :id', '%_\\', '{"a":1}', "O'Neil", '\u2028'])
      expect(await mine.create({ ...NEW, title })).toMatchObject({ title });
  });

  test('for an account that is gone is null, and keeps nothing', async () => {
    const gone = newIdentifier();
    expect(await of(gone).create(NEW)).toBeNull();
    expect(await there.above.rows('select from app.task where user_id = $1', [gone])).toEqual([]);
  });
});

describe('byId', () => {
  test('finds the viewer’s task, and no other spelling of its id', async () => {
    const row = await mine.create(NEW);
    const id = row?.id ?? '';
    expect(await mine.byId(id)).toEqual(row);
    statements.length = 0;
    for (const other of [id.toUpperCase(), `{${id}}`, ` ${id}`, id.replaceAll('-', ''), '', '\0', 'x'])
      expect(await mine.byId(other)).toBeNull();
    expect(statements).toEqual([]);
  });

  test('does not find somebody else’s, nor one that is not there', async () => {
    expect(await mine.byId(there.alicesTask)).toBeNull();
    expect(await mine.byId(newIdentifier())).toBeNull();
    expect(statements).toHaveLength(2);
  });
});

describe('update', () => {
  test.each([
    ['title', 'Another'],
    ['description', ''],
    ['priority', 'LOW'],
    ['dueAt', null],
    ['dueAt', new Date(0)],
  ] as const)('of %s changes that, the version and the time, and nothing else', async (field, value) => {
    const row = await mine.create(NEW);
    const after = await mine.update(row?.id ?? '', { [field]: value });
    expect(after).toEqual({ ...row, [field]: value, version: 2, updatedAt: expect.any(Date) });
    expect(Number(after?.updatedAt)).toBeGreaterThanOrEqual(Number(row?.updatedAt));
    expect(await mine.byId(row?.id ?? '')).toEqual(after);
  });

  test('of several fields is one change', async () => {
    const row = await mine.create(NEW);
    const changes = { title: 'B', description: 'b', done: true, dueAt: null, priority: 'LOW' } as const;
    expect(await mine.update(row?.id ?? '', changes)).toMatchObject({ ...changes, version: 2 });
  });

  test('to done notes when, once; to open forgets it', async () => {
    const id = (await mine.create(NEW))?.id ?? '';
    const done = await mine.update(id, { done: true });
    expect(done?.completedAt).toBeInstanceOf(Date);
    expect((await mine.update(id, { done: true }))?.completedAt).toEqual(done?.completedAt);
    expect((await mine.update(id, { title: 'B' }))?.completedAt).toEqual(done?.completedAt);
    expect((await mine.update(id, { done: false }))?.completedAt).toBeNull();
  });

  test.each([{}, { title: undefined }, { done: undefined, dueAt: undefined }])(
    'with nothing in it (%o) changes nothing, and answers with the task as it is',
    async (changes) => {
      const row = await mine.create(NEW);
      expect(await mine.update(row?.id ?? '', changes as Record<string, never>)).toEqual(row);
      expect(statements.filter((text) => text.startsWith('UPDATE'))).toEqual([]);
    },
  );

  test('of a field that is none is no change', async () => {
    const row = await mine.create(NEW);
    const sly = { userId: there.alice, id: there.alicesTask, position: 0, version: 9, 'title" = \'\', "done': true };
    expect(await mine.update(row?.id ?? '', sly as unknown as Record<string, never>)).toEqual(row);
  });

  test('is null for somebody else’s task, a missing one and no id, and changes none', async () => {
    const before = await there.alicesRows();
    for (const id of [there.alicesTask, newIdentifier(), 'x', there.alicesTask.toUpperCase()])
      for (const changes of [{ title: 'taken' }, {}]) expect(await mine.update(id, changes)).toBeNull();
    expect(await there.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('takes the viewer’s task away, and says whether there was one', async () => {
    const id = (await mine.create(NEW))?.id ?? '';
    expect(await mine.delete(id)).toBe(true);
    expect(await kept(id)).toEqual([]);
    expect(await mine.delete(id)).toBe(false);
  });

  test('leaves somebody else’s task alone', async () => {
    for (const id of [there.alicesTask, there.alicesTask.toUpperCase(), 'x', ''])
      expect(await mine.delete(id)).toBe(false);
    expect(await there.alicesRows()).toHaveLength(1);
  });
});

describe('page', () => {
  const lay = async (positions: readonly number[]) => {
    const ids: string[] = [];
    for (const position of positions) ids.push(await there.above.task(carol, { position }));
    return ids;
  };

  test.each([1, 2, 3, 7])('after page of %i holds every task once, by position and then by id', async (first) => {
    const positions = [3, -1, 0.1, 0.1, 0.1, 1e300, -1e300];
    const ids = await lay(positions);
    const expected = ids
      .map((id, index) => [positions[index] ?? 0, id] as const)
      .toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
    const seen: string[] = [];
    for (let after: string | null = null; seen.length < ids.length; ) {
      const page = await mine.page(first, after);
      expect(page).toMatchObject({ totalCount: 7, hasPreviousPage: after !== null });
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      expect(page?.hasNextPage).toBe(seen.length < ids.length);
      const last = page?.nodes.at(-1);
      after = last ? mine.cursorOf(last) : null;
    }
    expect(seen).toEqual(expected.map(([, id]) => id));
  });

  test('cuts no page through tasks of one position, whether or not an index keeps them in order', async () => {
    const ids = Array.from({ length: 40 }, () => newIdentifier()).toSorted((a, b) => (a < b ? 1 : -1));
    const insert = `insert into app.task (user_id, id, title, position) select $1, unnest($2::uuid[]), 't', 0`;
    await there.above.rows(insert, [carol, ids]);
    await there.above.rows('drop index app.task_in_order');
    const seen: string[] = [];
    for (let page = 0; page < 6; page++) {
      const after = page === 0 ? null : encodeCursor({ position: 0, id: seen.at(-1) ?? '' });
      seen.push(...((await mine.page(7, after))?.nodes ?? []).map(({ id }) => id));
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test('is one statement, its count included', async () => {
    await lay([1, 2]);
    statements.length = 0;
    expect(await mine.page(1, null)).toMatchObject({ totalCount: 2, hasNextPage: true });
    expect(statements).toHaveLength(1);
  });

  test('past the last task is empty and still knows the count', async () => {
    const [id = ''] = await lay([1]);
    const page = await mine.page(5, mine.cursorOf({ position: 1, id } as never));
    expect(page).toEqual({ nodes: [], totalCount: 1, hasNextPage: false, hasPreviousPage: true });
  });

  test('of nothing is empty', async () => {
    expect(await mine.page(5, null)).toEqual({ nodes: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false });
  });

  test('goes on where it was although its last task is gone and new ones have come on top', async () => {
    const ids = await lay([1, 2, 3]);
    const first = await mine.page(2, null);
    const after = mine.cursorOf(first?.nodes[1] as never);
    await mine.delete(ids[1] ?? '');
    await lay([-5]);
    expect((await mine.page(2, after))?.nodes.map(({ id }) => id)).toEqual([ids[2]]);
  });

  test('after what is no cursor is null, and asks nothing', async () => {
    for (const after of ['', 'x', '\0', newIdentifier()]) expect(await mine.page(5, after)).toBeNull();
    expect(statements).toEqual([]);
  });
});
