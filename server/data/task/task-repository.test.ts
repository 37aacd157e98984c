import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import type { TaskRow } from './task-entity.ts';
import type { NewTask, TaskChanges, TaskRepository } from './task-repository.ts';

const on = setUpDataFixture();
const of = (viewer: string) => on.dataFor(viewer).tasks;
let mine: TaskRepository;

beforeEach(() => {
  mine = of(on.carol);
});

const NEW: NewTask = { title: 'Buy milk', description: 'Oat', dueAt: new Date(1_800_000_000_000), priority: 'HIGH' };
const ALL = new Set(
  'title description done dueAt priority position version createdAt updatedAt completedAt'.split(' '),
);
const make = (task = NEW) => mine.create(task, ALL);
const find = (id: string) => mine.byId(id, ALL);
/** The task as it is after the change; null where there is none, and the current version where it is another. */
async function change(id: string, changes: TaskChanges, expectedVersion: number | null = null) {
  const updated = await mine.update(id, changes, expectedVersion, ALL);
  return updated && 'task' in updated ? updated.task : (updated?.currentVersion ?? null);
}
const kept = (id: string) => on.seeded.superuser.rows('select * from app.task where id = $1', [id]);

describe('create', () => {
  test('keeps what it is given, for the viewer, and answers with the whole row', async () => {
    const row = await make();
    expect(row).toEqual({
      ...NEW,
      userId: on.carol,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      done: false,
      position: expect.any(Number),
      version: 1,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      completedAt: null,
    });
    expect(await kept(row?.id ?? '')).toMatchObject([{ user_id: on.carol, title: 'Buy milk', priority: 'HIGH' }]);
  });

  test('takes text as text, whatever it looks like', async () => {
    for (const title of ["'; drop table app.task; --", '$1 :viewer :id', '%_\\', '{"a":1}', "O'Neil", '\u2028'])
      expect(await make({ ...NEW, title })).toMatchObject({ title });
  });

  test('for an account that is gone is null, and keeps nothing', async () => {
    const gone = generateUuidV7();
    expect(await of(gone).create(NEW, ALL)).toBeNull();
    expect(await on.seeded.superuser.rows('select from app.task where user_id = $1', [gone])).toEqual([]);
  });
});

describe('byId', () => {
  test('finds the viewer’s task, and no other spelling of its id', async () => {
    const row = await make();
    const id = row?.id ?? '';
    expect(await find(id)).toEqual(row);
    on.statements.length = 0;
    for (const other of [id.toUpperCase(), `{${id}}`, ` ${id}`, id.replaceAll('-', ''), '', '\0', 'x'])
      expect(await find(other)).toBeNull();
    expect(on.statements).toEqual([]);
  });

  test('does not find somebody else’s, nor one that is not there', async () => {
    expect(await find(on.seeded.alicesTask)).toBeNull();
    expect(await find(generateUuidV7())).toBeNull();
    expect(on.statements).toHaveLength(2);
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
    const row = await make();
    const after = await change(row?.id ?? '', { [field]: value });
    expect(after).toEqual({ ...row, [field]: value, version: 2, updatedAt: expect.any(Date) });
    expect(Number((after as TaskRow).updatedAt)).toBeGreaterThanOrEqual(Number(row?.updatedAt));
    expect(await find(row?.id ?? '')).toEqual(after);
  });

  test('of several fields is one change', async () => {
    const row = await make();
    const changes = { title: 'B', description: 'b', done: true, dueAt: null, priority: 'LOW' } as const;
    expect(await change(row?.id ?? '', changes)).toMatchObject({ ...changes, version: 2 });
  });

  test('to done notes when, once; to open forgets it', async () => {
    const id = (await make())?.id ?? '';
    const { completedAt } = (await change(id, { done: true })) as TaskRow;
    expect(completedAt).toBeInstanceOf(Date);
    expect(await change(id, { done: true })).toMatchObject({ completedAt });
    expect(await change(id, { title: 'B' })).toMatchObject({ completedAt });
    expect(await change(id, { done: false })).toMatchObject({ completedAt: null });
  });

  test.each([{}, { title: undefined }, { done: undefined, dueAt: undefined }])(
    'with nothing in it (%o) changes nothing, and answers with the task as it is',
    async (changes) => {
      const row = await make();
      expect(await change(row?.id ?? '', changes as Record<string, never>)).toEqual(row);
      expect(on.statements.filter((text) => text.includes('UPDATE "app"'))).toEqual([]);
    },
  );

  test('of a field that is none is no change', async () => {
    const row = await make();
    const sly = {
      userId: on.seeded.alice,
      id: on.seeded.alicesTask,
      position: 0,
      version: 9,
      'title" = \'\', "done': true,
    };
    expect(await change(row?.id ?? '', sly as unknown as Record<string, never>)).toEqual(row);
  });

  test.each([{ title: 'B' }, {}])(
    'of %o at another version than expected changes nothing and says which',
    async (changes) => {
      const row = await make();
      const id = row?.id ?? '';
      for (const expected of [0, 2, -1, 2 ** 31 - 1]) expect(await change(id, changes, expected)).toBe(1);
      expect(await find(id)).toEqual(row);
      expect(await change(id, { title: 'B' }, 1)).toMatchObject({ title: 'B', version: 2 });
      expect(await change(id, { title: 'C' }, 1)).toBe(2);
      expect(await change(id, {}, 2)).toMatchObject({ title: 'B', version: 2 });
    },
  );

  test('expected by two at once is one’s alone, and the other hears of the version that came of it', async () => {
    const id = (await make())?.id ?? '';
    const both = await Promise.all([change(id, { title: 'one' }, 1), change(id, { title: 'two' }, 1)]);
    expect(both).toContainEqual(expect.objectContaining({ version: 2 }));
    expect(both).toContain(2);
  });

  test('is the same statement whatever version is expected, and whether or not the task is there', async () => {
    const id = (await make())?.id ?? '';
    on.statements.length = 0;
    for (const expected of [null, 1, 9])
      for (const each of [id, on.seeded.alicesTask, generateUuidV7()])
        await mine.update(each, { title: 'B' }, expected, ALL);
    expect(on.statements).toHaveLength(9);
    expect(new Set(on.statements).size).toBe(1);
  });

  // covers: ACCESS-21
  test('is null for somebody else’s task, a missing one and no id, and changes none', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of [on.seeded.alicesTask, generateUuidV7(), 'x', on.seeded.alicesTask.toUpperCase()])
      for (const changes of [{ title: 'taken' }, {}])
        for (const expected of [null, 1, 2]) expect(await change(id, changes, expected)).toBeNull();
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('takes the viewer’s task away, and says whether there was one', async () => {
    const id = (await make())?.id ?? '';
    expect(await mine.delete(id)).toBe(true);
    expect(await kept(id)).toEqual([]);
    expect(await mine.delete(id)).toBe(false);
  });

  test('leaves somebody else’s task alone', async () => {
    for (const id of [on.seeded.alicesTask, on.seeded.alicesTask.toUpperCase(), 'x', ''])
      expect(await mine.delete(id)).toBe(false);
    expect(await on.seeded.alicesRows()).toHaveLength(2);
  });
});

describe('clear', () => {
  const lay = async () => {
    for (const done of [true, true, false]) await change((await make())?.id ?? '', { done });
  };

  test.each([
    [true, 2, [false]],
    [false, 1, [true, true]],
    [null, 3, []],
  ])('of %o deletes those, says how many there were, and leaves the others', async (done, count, left) => {
    await lay();
    expect(await mine.clear(done)).toBe(count);
    expect(await on.seeded.superuser.rows('select done from app.task where user_id = $1', [on.carol])).toEqual(
      left.map((each) => ({ done: each })),
    );
    expect(await mine.clear(done)).toBe(0);
  });

  test('is one statement, takes the steps along and nobody else’s', async () => {
    const before = await on.seeded.alicesRows();
    const id = (await make())?.id ?? '';
    await on.seeded.superuser.insertStep(on.carol, id);
    on.statements.length = 0;
    expect(await mine.clear(null)).toBe(1);
    expect(on.statements).toHaveLength(1);
    expect(await on.seeded.superuser.rows('select from app.step where user_id = $1', [on.carol])).toEqual([]);
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

describe('create', () => {
  test('puts a task on top, above those that were moved there a moment ago too', async () => {
    const [first, second] = [await make(), await make()];
    for (let number = 0; number < 5; number++) {
      await mine.move(first?.id ?? '', null, ALL);
      await mine.move(second?.id ?? '', null, ALL);
    }
    const top = await find(second?.id ?? '');
    expect((await make())?.position).toBeLessThan(top?.position ?? -Infinity);
  });
});
