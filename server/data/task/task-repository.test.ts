import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import type { TaskRow } from './task-entity.ts';
import type { NewTask, TaskChanges, TaskRepository } from './task-repository.ts';

const fixture = setUpDataFixture();
const tasksOf = (viewer: string) => fixture.dataFor(viewer).tasks;
let carolsTasks: TaskRepository;

beforeEach(() => {
  carolsTasks = tasksOf(fixture.carol);
});

const NEW: NewTask = { title: 'Buy milk', description: 'Oat', dueAt: new Date(1_800_000_000_000), priority: 'HIGH' };
/** What `Date#toISOString` prints. */
const ISO_UTC = /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ALL = new Set(
  'title description done dueAt priority position version createdAt updatedAt completedAt'.split(' '),
);
const create = (task = NEW) => carolsTasks.create(task, ALL);
const find = (id: string) => carolsTasks.byId(id, ALL);
/** Returns the task after an update; null if it is missing, or its version if it is not the expected one. */
async function change(id: string, changes: TaskChanges, expectedVersion: number | null = null) {
  const updated = await carolsTasks.update(id, changes, expectedVersion, ALL);
  return updated && 'task' in updated ? updated.task : (updated?.currentVersion ?? null);
}
const storedRow = (id: string) => fixture.seeded.superuser.rows('select * from app.task where id = $1', [id]);

describe('create', () => {
  test('create stores its input for the viewer, and returns the selected columns', async () => {
    const row = await create();
    expect(row).toEqual({
      ...NEW,
      dueAt: NEW.dueAt?.toISOString(),
      userId: fixture.carol,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      done: false,
      position: expect.any(Number),
      version: 1,
      createdAt: expect.stringMatching(ISO_UTC),
      updatedAt: expect.stringMatching(ISO_UTC),
      completedAt: null,
    });
    expect(await storedRow(row?.id ?? '')).toMatchObject([
      { user_id: fixture.carol, title: 'Buy milk', priority: 'HIGH' },
    ]);
  });

  test('create stores text unchanged, even if it resembles SQL or parameters', async () => {
    for (const title of ["'; drop table app.task; --", '$1 :viewer :id', '%_\\', '{"a":1}', "O'Neil", '\u2028'])
      expect(await create({ ...NEW, title })).toMatchObject({ title });
  });

  test('create returns null for a deleted account, and stores nothing', async () => {
    const gone = generateUuidV7();
    expect(await tasksOf(gone).create(NEW, ALL)).toBeNull();
    expect(await fixture.seeded.superuser.rows('select from app.task where user_id = $1', [gone])).toEqual([]);
  });
});

describe('byId', () => {
  test('byId finds the viewer’s task, and sends no statement for another spelling of its id', async () => {
    const row = await create();
    const id = row?.id ?? '';
    expect(await find(id)).toEqual(row);
    fixture.statements.length = 0;
    for (const other of [id.toUpperCase(), `{${id}}`, ` ${id}`, id.replaceAll('-', ''), '', '\0', 'x'])
      expect(await find(other)).toBeNull();
    expect(fixture.statements).toEqual([]);
  });

  test('byId returns null for another user’s task and for a missing one', async () => {
    expect(await find(fixture.seeded.alicesTask)).toBeNull();
    expect(await find(generateUuidV7())).toBeNull();
    expect(fixture.statements).toHaveLength(2);
  });
});

describe('update', () => {
  test.each([
    ['title', 'Another'],
    ['description', ''],
    ['priority', 'LOW'],
    ['dueAt', null],
    ['dueAt', new Date(0)],
  ] as const)('update of %s changes that field, the version and updatedAt only', async (field, value) => {
    const expected = value instanceof Date ? value.toISOString() : value;
    const row = await create();
    const after = await change(row?.id ?? '', { [field]: value });
    expect(after).toEqual({ ...row, [field]: expected, version: 2, updatedAt: expect.stringMatching(ISO_UTC) });
    expect((after as TaskRow).updatedAt >= (row?.updatedAt ?? '')).toBe(true);
    expect(await find(row?.id ?? '')).toEqual(after);
  });

  test('update of several fields increments the version once', async () => {
    const row = await create();
    const changes = { title: 'B', description: 'b', done: true, dueAt: null, priority: 'LOW' } as const;
    expect(await change(row?.id ?? '', changes)).toMatchObject({ ...changes, version: 2 });
  });

  test('update to done sets completedAt once; update to not done clears it', async () => {
    const id = (await create())?.id ?? '';
    const { completedAt } = (await change(id, { done: true })) as TaskRow;
    expect(completedAt).toMatch(ISO_UTC);
    expect(await change(id, { done: true })).toMatchObject({ completedAt });
    expect(await change(id, { title: 'B' })).toMatchObject({ completedAt });
    expect(await change(id, { done: false })).toMatchObject({ completedAt: null });
  });

  test.each([{}, { title: undefined }, { done: undefined, dueAt: undefined }])(
    'an empty update (%o) changes nothing, and returns the task',
    async (changes) => {
      const row = await create();
      expect(await change(row?.id ?? '', changes as Record<string, never>)).toEqual(row);
      expect(fixture.statements.filter((text) => text.includes('UPDATE "app"'))).toEqual([]);
    },
  );

  test('update ignores properties that cannot be changed', async () => {
    const row = await create();
    const ignored = {
      userId: fixture.seeded.alice,
      id: fixture.seeded.alicesTask,
      position: 0,
      version: 9,
      'title" = \'\', "done': true,
    };
    expect(await change(row?.id ?? '', ignored as unknown as Record<string, never>)).toEqual(row);
  });

  test.each([{ title: 'B' }, {}])(
    'update to %o with an unexpected version changes nothing, and returns the current version',
    async (changes) => {
      const row = await create();
      const id = row?.id ?? '';
      for (const expected of [0, 2, -1, 2 ** 31 - 1]) expect(await change(id, changes, expected)).toBe(1);
      expect(await find(id)).toEqual(row);
      expect(await change(id, { title: 'B' }, 1)).toMatchObject({ title: 'B', version: 2 });
      expect(await change(id, { title: 'C' }, 1)).toBe(2);
      expect(await change(id, {}, 2)).toMatchObject({ title: 'B', version: 2 });
    },
  );

  test('of two concurrent updates with the same expected version, one succeeds and the other receives the new version', async () => {
    const id = (await create())?.id ?? '';
    const both = await Promise.all([change(id, { title: 'one' }, 1), change(id, { title: 'two' }, 1)]);
    expect(both).toContainEqual(expect.objectContaining({ version: 2 }));
    expect(both).toContain(2);
  });

  test.each([
    { versions: 'any version', expectations: [null] },
    { versions: 'every expected version', expectations: [1, 2, 9] },
  ])('update is the same statement for $versions, and for existing and missing tasks', async ({ expectations }) => {
    const id = (await create())?.id ?? '';
    fixture.statements.length = 0;
    for (const expected of expectations)
      for (const each of [id, fixture.seeded.alicesTask, generateUuidV7()])
        await carolsTasks.update(each, { title: 'B' }, expected, ALL);
    expect(fixture.statements).toHaveLength(3 * expectations.length);
    expect(new Set(fixture.statements).size).toBe(1);
  });

  // covers: ACCESS-21
  test('update returns null for another user’s task, a missing one and an invalid id, and changes nothing', async () => {
    const before = await fixture.seeded.alicesRows();
    for (const id of [fixture.seeded.alicesTask, generateUuidV7(), 'x', fixture.seeded.alicesTask.toUpperCase()])
      for (const changes of [{ title: 'taken' }, {}])
        for (const expected of [null, 1, 2]) expect(await change(id, changes, expected)).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('delete hides the viewer’s task, keeps its row but for the time, and returns whether it existed', async () => {
    const id = (await create())?.id ?? '';
    const [before] = await storedRow(id);
    expect(await carolsTasks.delete(id)).toBe(true);
    expect(await find(id)).toBeNull();
    expect(await storedRow(id)).toEqual([{ ...before, deleted_at: expect.any(Date) }]);
    expect(await carolsTasks.delete(id)).toBe(false);
  });

  test('delete does not remove another user’s task', async () => {
    for (const id of [fixture.seeded.alicesTask, fixture.seeded.alicesTask.toUpperCase(), 'x', ''])
      expect(await carolsTasks.delete(id)).toBe(false);
    expect(await fixture.seeded.alicesRows()).toHaveLength(2);
  });
});

describe('restore', () => {
  // covers: TASKAPI-02
  test('restore returns a deleted task as it was, in one statement', async () => {
    const created = await create();
    const id = created?.id ?? '';
    await carolsTasks.delete(id);
    fixture.statements.length = 0;
    expect(await carolsTasks.restore(id, ALL)).toEqual(created);
    expect(fixture.statements).toHaveLength(1);
    expect(await find(id)).toEqual(created);
  });

  // covers: ACCESS-21, TASKAPI-02
  test('restore returns null for another user’s deleted task, a missing one and an invalid id', async () => {
    await tasksOf(fixture.seeded.alice).delete(fixture.seeded.alicesTask);
    const before = await fixture.seeded.alicesRows();
    for (const id of [fixture.seeded.alicesTask, generateUuidV7(), 'x', fixture.seeded.alicesTask.toUpperCase()])
      expect(await carolsTasks.restore(id, ALL)).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
    await tasksOf(fixture.seeded.alice).restore(fixture.seeded.alicesTask, ALL);
  });
});

describe('clear', () => {
  const insertTasks = async () => {
    for (const done of [true, true, false]) await change((await create())?.id ?? '', { done });
  };

  test.each([
    [true, 2, [false]],
    [false, 1, [true, true]],
    [null, 3, []],
  ])('clear of %o deletes the matching tasks only, and returns their number', async (done, count, remaining) => {
    await insertTasks();
    expect(await carolsTasks.clear(done)).toBe(count);
    expect(
      await fixture.seeded.superuser.rows('select done from app.task where user_id = $1 and deleted_at is null', [
        fixture.carol,
      ]),
    ).toEqual(remaining.map((each) => ({ done: each })));
    expect(await carolsTasks.clear(done)).toBe(0);
  });

  test('clear is one statement, hides the steps too, and changes no other user’s rows', async () => {
    const before = await fixture.seeded.alicesRows();
    const id = (await create())?.id ?? '';
    const step = await fixture.seeded.superuser.insertStep(fixture.carol, id);
    fixture.statements.length = 0;
    expect(await carolsTasks.clear(null)).toBe(1);
    expect(fixture.statements).toHaveLength(1);
    expect(await fixture.dataFor(fixture.carol).steps.update(step, {}, ALL)).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });
});

describe('create', () => {
  test('create puts a task at the top, above tasks that were just moved there', async () => {
    const [first, second] = [await create(), await create()];
    for (let number = 0; number < 5; number++) {
      await carolsTasks.move(first?.id ?? '', null, ALL);
      await carolsTasks.move(second?.id ?? '', null, ALL);
    }
    const top = await find(second?.id ?? '');
    expect((await create())?.position).toBeLessThan(top?.position ?? -Infinity);
  });
});
