import { describe, expect, test } from 'vitest';
import { FULL_SELECTION, lastCursor, setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { schemaOwners } from '../../../test/support/seeded-fixture.ts';
import { encodeCursor } from '../query/cursor.ts';
import { createOwnedData } from '../owned-data.ts';
import { generateUuidV7 } from '../query/uuid.ts';

const on = setUpDataFixture();

describe('page', () => {
  const lay = async (positions: readonly number[]) => {
    const ids: string[] = [];
    for (const position of positions) ids.push(await on.seeded.superuser.insertTask(on.carol, { position }));
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
      const page = await on.carolsPage(first, after);
      expect(page).toMatchObject({ totalCount: 7, hasPreviousPage: after !== null });
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      expect(page?.hasNextPage).toBe(seen.length < ids.length);
      after = lastCursor(page);
    }
    expect(seen).toEqual(expected.map(([, id]) => id));
  });

  test('cuts no page through tasks of one position, whether or not an index keeps them in order', async () => {
    const ids = Array.from({ length: 40 }, () => generateUuidV7()).toSorted((a, b) => (a < b ? 1 : -1));
    const insert = `insert into app.task (user_id, id, title, position) select $1, unnest($2::uuid[]), 't', 0`;
    await on.seeded.superuser.rows(insert, [on.carol, ids]);
    await on.seeded.superuser.rows('drop index app.task_in_order');
    const seen: string[] = [];
    for (let page = 0; page < 6; page++) {
      const after = page === 0 ? null : encodeCursor('POSITION ASC', { key: 0, id: seen.at(-1) ?? '' });
      seen.push(...((await on.carolsPage(7, after))?.nodes ?? []).map(({ id }) => id));
    }
    expect(seen).toEqual(ids.toReversed());
    await on.seeded.superuser.rows('create index task_in_order on app.task (user_id, position, id)');
  });

  test('is one statement, its count included', async () => {
    await lay([1, 2]);
    on.statements.length = 0;
    expect(await on.carolsPage(1, null)).toMatchObject({ totalCount: 2, hasNextPage: true });
    expect(on.statements).toHaveLength(1);
  });

  test('past the last task is empty and still knows the count', async () => {
    const [id = ''] = await lay([1]);
    const page = await on.carolsPage(5, encodeCursor('POSITION ASC', { key: 1, id }));
    expect(page).toMatchObject({ nodes: [], totalCount: 1, hasNextPage: false, hasPreviousPage: true });
  });

  test('of nothing is empty', async () => {
    expect(await on.carolsPage(5, null)).toMatchObject({
      nodes: [],
      totalCount: 0,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  test('goes on where it was although its last task is gone and new ones have come on top', async () => {
    const ids = await lay([1, 2, 3]);
    const first = await on.carolsPage(2, null);
    const after = lastCursor(first);
    await on.dataFor(on.carol).tasks.delete(ids[1] ?? '');
    await lay([-5]);
    expect((await on.carolsPage(2, after))?.nodes.map(({ id }) => id)).toEqual([ids[2]]);
  });

  test('after what is no cursor is null, and asks nothing', async () => {
    for (const after of ['', 'x', '\0', generateUuidV7()]) expect(await on.carolsPage(5, after)).toBeNull();
    expect(on.statements).toEqual([]);
  });
});

describe('of a page', () => {
  // covers: CONTRACT-05
  test('only what is asked for is read and counted', async () => {
    await on.seeded.superuser.insertTask(on.carol, { position: 1 });
    const asked = (needsRows: boolean, needsCount: boolean) =>
      on.carolsPage(5, null, {}, { nodes: new Set(), needsRows, needsCount });
    expect(await asked(true, false)).toMatchObject({ nodes: [{ userId: on.carol }], totalCount: Number.NaN });
    expect(await asked(false, true)).toMatchObject({ nodes: [], totalCount: 1 });
    expect(on.statements).toHaveLength(2);
    expect(on.statements[0]).not.toContain('count(');
    expect(on.statements[1]).not.toContain('LIMIT');
    expect(await asked(false, false)).toMatchObject({ nodes: [], totalCount: Number.NaN });
    expect(on.statements).toHaveLength(2);
  });

  test('asked for twice beside each other one statement has what both asked for', async () => {
    await on.seeded.superuser.insertTask(on.carol, { title: 'both', position: 1 });
    const { tasks } = on.dataFor(on.carol);
    const page = { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: 5, after: null } as const;
    const [one, two] = await Promise.all([
      tasks.page(page, { nodes: new Set(['title']), needsRows: true, needsCount: false }),
      tasks.page(page, { nodes: new Set(['position']), needsRows: true, needsCount: true }),
    ]);
    expect(on.statements).toHaveLength(1);
    expect(one).toBe(two);
    expect(one).toMatchObject({ nodes: [{ title: 'both', position: 1 }], totalCount: 1 });
  });
});

describe('by its usual order', () => {
  // covers: CONTRACT-06
  test.each(['ASC', 'DESC'] as const)(
    'a page is read from its index, %s, from the beginning and behind a cursor',
    async (direction) => {
      await on.seeded.superuser.rows(
        `insert into app.task (user_id, id, title, position)
       select u.id, gen_random_uuid(), 't', n from auth."user" u, generate_series(1, 2000) n where u.id in ($1, $2)`,
        [on.carol, on.seeded.alice],
      );
      await on.seeded.superuser.rows('analyze app.task');
      const bind = createOwnedData(on.seeded.source.mapping, schemaOwners());
      const texts: [string, readonly unknown[]][] = [];
      const seen = bind(on.carol, async ({ text }, values) => {
        texts.push([text, values]);
        return [];
      }).tasks;
      const order = { field: 'POSITION', direction } as const;
      const after = encodeCursor(`POSITION ${direction}`, { key: 1000, id: generateUuidV7() });
      for (const from of [null, after])
        await seen.page({ filter: {}, order, first: 20, after: from }, { ...FULL_SELECTION, needsCount: false });
      for (const [text, values] of texts) {
        const plan = JSON.stringify(await on.seeded.superuser.rows(`explain analyze ${text}`, values));
        expect(plan).toMatch(/Index (Only )?Scan (Backward )?using task_in_order/);
        expect(plan).not.toMatch(/Sort|Seq Scan|Rows Removed/);
        // No more rows are looked at than the page has.
        expect(plan).toMatch(/task_in_order on task[^]*?rows=21/);
      }
      await on.seeded.superuser.rows('delete from app.task where user_id = $1 and title = $2', [on.seeded.alice, 't']);
    },
  );
});
