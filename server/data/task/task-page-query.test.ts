import { describe, expect, test } from 'vitest';
import { FULL_SELECTION, lastCursor, setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { schemaOwners } from '../../../test/support/seeded-fixture.ts';
import { encodeCursor } from '../query/cursor.ts';
import { createOwnedData } from '../owned-data.ts';
import { generateUuidV7 } from '../../uuid.ts';

const fixture = setUpDataFixture();

describe('tasks.page', () => {
  const insertTasks = async (positions: readonly number[]) => {
    const ids: string[] = [];
    for (const position of positions) ids.push(await fixture.seeded.superuser.insertTask(fixture.carol, { position }));
    return ids;
  };

  test.each([1, 2, 3, 7])('pages of %i contain every task once, by position and then by id', async (first) => {
    const positions = [3, -1, 0.1, 0.1, 0.1, 1e300, -1e300];
    const ids = await insertTasks(positions);
    const expected = ids
      .map((id, index) => [positions[index] ?? 0, id] as const)
      .toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
    const seen: string[] = [];
    for (let after: string | null = null; seen.length < ids.length; ) {
      const page = await fixture.carolsPage(first, after);
      expect(page).toMatchObject({ totalCount: 7, hasPreviousPage: after !== null });
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      expect(page?.hasNextPage).toBe(seen.length < ids.length);
      after = lastCursor(page);
    }
    expect(seen).toEqual(expected.map(([, id]) => id));
  });

  test('pages contain tasks of equal position once, without the index too', async () => {
    const ids = Array.from({ length: 40 }, () => generateUuidV7()).toSorted((a, b) => (a < b ? 1 : -1));
    const insert = `insert into app.task (user_id, id, title, position) select $1, unnest($2::uuid[]), 't', 0`;
    await fixture.seeded.superuser.rows(insert, [fixture.carol, ids]);
    await fixture.seeded.superuser.rows('drop index app.task_in_order');
    const seen: string[] = [];
    for (let page = 0; page < 6; page++) {
      const after = page === 0 ? null : encodeCursor('POSITION ASC', { key: 0, id: seen.at(-1) ?? '' });
      seen.push(...((await fixture.carolsPage(7, after))?.nodes ?? []).map(({ id }) => id));
    }
    expect(seen).toEqual(ids.toReversed());
    await fixture.seeded.superuser.rows('create index task_in_order on app.task (user_id, position, id)');
  });

  test('a page with its count is one statement', async () => {
    await insertTasks([1, 2]);
    fixture.statements.length = 0;
    expect(await fixture.carolsPage(1, null)).toMatchObject({ totalCount: 2, hasNextPage: true });
    expect(fixture.statements).toHaveLength(1);
  });

  test('a page after the last task is empty, and has the count', async () => {
    const [id = ''] = await insertTasks([1]);
    const page = await fixture.carolsPage(5, encodeCursor('POSITION ASC', { key: 1, id }));
    expect(page).toMatchObject({ nodes: [], totalCount: 1, hasNextPage: false, hasPreviousPage: true });
  });

  test('a page without tasks is empty', async () => {
    expect(await fixture.carolsPage(5, null)).toMatchObject({
      nodes: [],
      totalCount: 0,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  test('a cursor stays valid after its task was deleted and others were added at the top', async () => {
    const ids = await insertTasks([1, 2, 3]);
    const first = await fixture.carolsPage(2, null);
    const after = lastCursor(first);
    await fixture.dataFor(fixture.carol).tasks.delete(ids[1] ?? '');
    await insertTasks([-5]);
    expect((await fixture.carolsPage(2, after))?.nodes.map(({ id }) => id)).toEqual([ids[2]]);
  });

  test('an invalid cursor returns null and sends no statement', async () => {
    for (const after of ['', 'x', '\0', generateUuidV7()]) expect(await fixture.carolsPage(5, after)).toBeNull();
    expect(fixture.statements).toEqual([]);
  });
});

describe('selection of a page', () => {
  // covers: CONTRACT-05
  test('a page reads and counts only what is selected', async () => {
    await fixture.seeded.superuser.insertTask(fixture.carol, { position: 1 });
    const load = (needsRows: boolean, needsCount: boolean) =>
      fixture.carolsPage(5, null, {}, { ...FULL_SELECTION, nodes: new Set(), needsRows, needsCount });
    expect(await load(true, false)).toMatchObject({ nodes: [{ userId: fixture.carol }], totalCount: Number.NaN });
    expect(await load(false, true)).toMatchObject({ nodes: [], totalCount: 1 });
    expect(fixture.statements).toHaveLength(2);
    expect(fixture.statements[0]).not.toContain('count(');
    expect(fixture.statements[1]).not.toContain('LIMIT');
    expect(await load(false, false)).toMatchObject({ nodes: [], totalCount: Number.NaN });
    expect(fixture.statements).toHaveLength(2);
  });

  test('two concurrent selections of one page are one statement with the columns of both', async () => {
    await fixture.seeded.superuser.insertTask(fixture.carol, { title: 'both', position: 1 });
    const { tasks } = fixture.dataFor(fixture.carol);
    const page = { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: 5, after: null } as const;
    const [one, two] = await Promise.all([
      tasks.page(page, { ...FULL_SELECTION, nodes: new Set(['title']), needsCount: false }),
      tasks.page(page, { ...FULL_SELECTION, nodes: new Set(['position']) }),
    ]);
    expect(fixture.statements).toHaveLength(1);
    expect(one).toBe(two);
    expect(one).toMatchObject({ nodes: [{ title: 'both', position: 1 }], totalCount: 1 });
  });
});

describe('a page whose cursors and next page are not selected', () => {
  const NONE = { needsCursors: false, needsNextPage: false } as const;
  const insertThree = async () => {
    for (const position of [1, 2, 3]) await fixture.seeded.superuser.insertTask(fixture.carol, { position });
    fixture.statements.length = 0;
  };
  const ORDERS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'] as const;

  test.each(
    ORDERS.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ field, direction }))).flatMap((order) =>
      [true, false].map((needsCount) => [order, needsCount] as const),
    ),
  )('has the same tasks in the order %j, with its count: %j', async (order, needsCount) => {
    await fixture.seeded.superuser.rows(
      `insert into app.task (user_id, id, title, position, due_at, priority) select $1, gen_random_uuid(), 'task ' || n % 5, n % 4,
         case when n % 3 > 0 then now() + n % 7 * interval '1 day' end, (array['LOW', 'NORMAL', 'HIGH'])[n % 3 + 1]
       from generate_series(1, 30) n`,
      [fixture.carol],
    );
    const whole = await fixture.carolsPage(30, null, { order });
    for (const after of [null, whole?.cursorOf(whole.nodes[11] as never) ?? '', lastCursor(whole)]) {
      const full = await fixture.carolsPage(10, after, { order });
      const page = await fixture.carolsPage(10, after, { order }, { ...FULL_SELECTION, needsCount, ...NONE });
      expect(page?.nodes.map(({ id }) => id)).toEqual(full?.nodes.map(({ id }) => id));
      expect(page).toMatchObject({ totalCount: needsCount ? 30 : Number.NaN, hasPreviousPage: after !== null });
    }
  });

  test('reads no more rows than the page has, and neither returns nor reads a sort key', async () => {
    await insertThree();
    for (const needsCount of [true, false]) {
      const page = await fixture.carolsPage(2, null, {}, { ...FULL_SELECTION, nodes: new Set(), needsCount, ...NONE });
      expect(page?.nodes).toHaveLength(2);
      // With one row more it would know of the third.
      expect(page).toMatchObject({ hasNextPage: false });
      for (const row of page?.nodes ?? []) expect(row).not.toHaveProperty('cursorKey');
    }
    expect(fixture.statements.at(-1)).not.toContain('cursorKey');
  });

  test('has no cursor: a cursor without its key would start at another row', async () => {
    await insertThree();
    const page = await fixture.carolsPage(2, null, {}, { ...FULL_SELECTION, needsCursors: false });
    expect(() => page?.cursorOf(page.nodes[0] as never)).toThrow('The cursors of this page were not selected.');
    expect(page).toMatchObject({ hasNextPage: true });
  });
});

describe('default order', () => {
  // covers: CONTRACT-06
  test.each(['ASC', 'DESC'] as const)(
    'a page by position %s is read from the index, with and without a cursor',
    async (direction) => {
      await fixture.seeded.superuser.rows(
        `insert into app.task (user_id, id, title, position)
       select u.id, gen_random_uuid(), 't', n from auth."user" u, generate_series(1, 2000) n where u.id in ($1, $2)`,
        [fixture.carol, fixture.seeded.alice],
      );
      await fixture.seeded.superuser.rows('analyze app.task');
      const bind = createOwnedData(fixture.seeded.source.mapping, schemaOwners());
      const texts: [string, readonly unknown[]][] = [];
      const recorded = bind(fixture.carol, async ({ text }, values) => {
        texts.push([text, values]);
        return [];
      }).tasks;
      const order = { field: 'POSITION', direction } as const;
      const after = encodeCursor(`POSITION ${direction}`, { key: 1000, id: generateUuidV7() });
      for (const from of [null, after])
        await recorded.page({ filter: {}, order, first: 20, after: from }, { ...FULL_SELECTION, needsCount: false });
      for (const [text, values] of texts) {
        const plan = JSON.stringify(await fixture.seeded.superuser.rows(`explain analyze ${text}`, values));
        expect(plan).toMatch(/Index (Only )?Scan (Backward )?using task_in_order/);
        expect(plan).not.toMatch(/Sort|Seq Scan|Rows Removed/);
        // PostgreSQL reads no more rows than the page has, plus one.
        expect(plan).toMatch(/task_in_order on task[^]*?rows=21/);
      }
      await fixture.seeded.superuser.rows('delete from app.task where user_id = $1 and title = $2', [
        fixture.seeded.alice,
        't',
      ]);
    },
  );
});
