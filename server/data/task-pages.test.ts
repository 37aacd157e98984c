import { beforeEach, describe, expect, test } from 'vitest';
import { dataOnScene } from '../../test/walls/data-on-scene.ts';
import { newIdentifier } from './identifier.ts';
import { ownedData } from './data.ts';
import { encodeCursor } from './cursor.ts';
import type { PageArguments, PageAsked } from './task-pages.ts';
import type { TaskOrder } from './task-order.ts';
import type { Tasks } from './tasks.ts';
import { owners } from '../../test/walls/scene.ts';

const on = dataOnScene();
const of = (viewer: string) => on.of(viewer).tasks;
let mine: Tasks;

beforeEach(() => {
  mine = of(on.carol);
});

const ORDER: TaskOrder = { field: 'POSITION', direction: 'ASC' };
const EVERYTHING: PageAsked = { nodes: new Set(['title', 'position']), rows: true, count: true };
const pageOf = (first: number, after: string | null, more: Partial<PageArguments> = {}, asked = EVERYTHING) =>
  mine.page({ filter: {}, order: ORDER, first, after, ...more }, asked);
const lastCursor = (page: Awaited<ReturnType<typeof pageOf>>) => {
  const last = page?.nodes.at(-1);
  return last && page ? page.cursorOf(last) : null;
};

describe('page', () => {
  const lay = async (positions: readonly number[]) => {
    const ids: string[] = [];
    for (const position of positions) ids.push(await on.there.above.task(on.carol, { position }));
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
      const page = await pageOf(first, after);
      expect(page).toMatchObject({ totalCount: 7, hasPreviousPage: after !== null });
      seen.push(...(page?.nodes ?? []).map(({ id }) => id));
      expect(page?.hasNextPage).toBe(seen.length < ids.length);
      after = lastCursor(page);
    }
    expect(seen).toEqual(expected.map(([, id]) => id));
  });

  test('cuts no page through tasks of one position, whether or not an index keeps them in order', async () => {
    const ids = Array.from({ length: 40 }, () => newIdentifier()).toSorted((a, b) => (a < b ? 1 : -1));
    const insert = `insert into app.task (user_id, id, title, position) select $1, unnest($2::uuid[]), 't', 0`;
    await on.there.above.rows(insert, [on.carol, ids]);
    await on.there.above.rows('drop index app.task_in_order');
    const seen: string[] = [];
    for (let page = 0; page < 6; page++) {
      const after = page === 0 ? null : encodeCursor('POSITION ASC', { key: 0, id: seen.at(-1) ?? '' });
      seen.push(...((await pageOf(7, after))?.nodes ?? []).map(({ id }) => id));
    }
    expect(seen).toEqual(ids.toReversed());
    await on.there.above.rows('create index task_in_order on app.task (user_id, position, id)');
  });

  test('is one statement, its count included', async () => {
    await lay([1, 2]);
    on.statements.length = 0;
    expect(await pageOf(1, null)).toMatchObject({ totalCount: 2, hasNextPage: true });
    expect(on.statements).toHaveLength(1);
  });

  test('past the last task is empty and still knows the count', async () => {
    const [id = ''] = await lay([1]);
    const page = await pageOf(5, encodeCursor('POSITION ASC', { key: 1, id }));
    expect(page).toMatchObject({ nodes: [], totalCount: 1, hasNextPage: false, hasPreviousPage: true });
  });

  test('of nothing is empty', async () => {
    expect(await pageOf(5, null)).toMatchObject({
      nodes: [],
      totalCount: 0,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  test('goes on where it was although its last task is gone and new ones have come on top', async () => {
    const ids = await lay([1, 2, 3]);
    const first = await pageOf(2, null);
    const after = lastCursor(first);
    await mine.delete(ids[1] ?? '');
    await lay([-5]);
    expect((await pageOf(2, after))?.nodes.map(({ id }) => id)).toEqual([ids[2]]);
  });

  test('after what is no cursor is null, and asks nothing', async () => {
    for (const after of ['', 'x', '\0', newIdentifier()]) expect(await pageOf(5, after)).toBeNull();
    expect(on.statements).toEqual([]);
  });
});

const FIELDS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'] as const;
const ORDERS = FIELDS.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })));

describe('in every order', () => {
  /** Rows that differ and rows that do not, in each column; moments that only differ by a microsecond. */
  const laid = async () => {
    const insert = `
      insert into app.task (user_id, id, title, position, priority, due_at, created_at, updated_at)
      select $1, gen_random_uuid(), (array['b', 'B', 'a', 'Ä', 'ä', 'z', '😀', ' ', 'aa'])[1 + n % 9],
        (array[0, 1, -1, 1e300, 0.1])[1 + n % 5], (array['LOW', 'NORMAL', 'HIGH'])[1 + n % 3],
        case when n % 4 = 0 then null else timestamptz '2026-11-21 09:30:00.000001Z' + (n % 7) * interval '1 microsecond' end,
        timestamptz '2026-11-21 09:30:00Z' + (n % 3) * interval '1 microsecond',
        timestamptz '0001-01-01 00:00:00Z' + (n % 2) * interval '9998 years'
      from generate_series(1, 40) n`;
    await on.there.above.rows(insert, [on.carol]);
  };
  /** The same order as PostgreSQL makes it without pages. */
  const SORT = {
    POSITION: 'position',
    CREATED_AT: 'created_at',
    UPDATED_AT: 'updated_at',
    DUE_AT: 'due_at',
    PRIORITY: `case priority when 'LOW' then 1 when 'NORMAL' then 2 else 3 end`,
    TITLE: 'lower(title)',
  };

  test.each(ORDERS)('pages hold every task once: %o', async (order) => {
    await laid();
    const { direction, field } = order;
    const expected = await on.there.above.rows<{ id: string }>(
      `select id from app.task where user_id = $1 order by ${SORT[field]} ${direction} nulls last, id ${direction}`,
      [on.carol],
    );
    for (const first of [1, 7, 40]) {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await pageOf(first, after, { order });
        seen.push(...(page?.nodes ?? []).map(({ id }) => id));
        after = page ? lastCursor(page) : null;
        if (!page?.hasNextPage) break;
      }
      expect(seen).toEqual(expected.map(({ id }) => id));
    }
  });

  test('a cursor is good for its own order and for no other', async () => {
    await laid();
    for (const order of ORDERS) {
      const after = lastCursor(await pageOf(3, null, { order }));
      for (const another of ORDERS) {
        const page = await pageOf(3, after, { order: another });
        if (another === order) expect(page?.nodes).toHaveLength(3);
        else expect(page).toBeNull();
      }
    }
  });

  /** Keys of each kind, good and bad, in cursors that are otherwise as ours: whoever knows the form writes them. */
  const KEYS: readonly unknown[] = [
    [null, 0, -0, 1, 2, 3, 4, -1, 0.5, 2 ** 53, 1e300, true, [[]], {}, [['x']], { x: 1 }],
    ['', '0', '-0', '00', '-1', '1', '9'.repeat(18), '9'.repeat(19), '1e3', 'NaN', 'Infinity', ' 1', '0x1', '١'],
    ['a', '%', "'", '\0', '\ud800', '\uffff', 'x'.repeat(1_000), 'x'.repeat(1_001), '😀'.repeat(400), 'LOW'],
    ["1'; drop table app.task; --", '2026-11-21', 'null', '__proto__'],
  ].flat();
  test.each(ORDERS)('a forged cursor is null, or a place among the viewer’s own tasks: %o', async (order) => {
    await laid();
    for (const id of [on.there.alicesTask, newIdentifier(), 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
      for (const key of KEYS) {
        const after = encodeCursor(`${order.field} ${order.direction}`, { key: key as never, id });
        const page = await pageOf(100, after, { order });
        for (const node of page?.nodes ?? []) expect(node.userId).toBe(on.carol);
        if (page !== null) expect(page.totalCount).toBe(40);
      }
  });
});

describe('a filter', () => {
  const DAY = 86_400_000;
  const NOON = Date.parse('2026-11-21T12:00:00Z');
  const titles = async (filter: PageArguments['filter']) => {
    const page = await pageOf(100, null, { filter });
    expect(page?.totalCount).toBe(page?.nodes.length);
    return page?.nodes.map(({ title }) => title);
  };
  const lay = async (title: string, description = '', dueAt: number | null = null, done = false) => {
    const insert = `insert into app.task (user_id, id, title, description, due_at, done, completed_at, position)
      values ($1, $2, $3, $4, $5, $6, $7, (select count(*) from app.task where user_id = $1))`;
    const at = dueAt === null ? null : new Date(dueAt);
    await on.there.above.rows(insert, [
      on.carol,
      newIdentifier(),
      title,
      description,
      at,
      done,
      done ? new Date() : null,
    ]);
  };

  test('of nothing is no filter, whether its parts are left out or null', async () => {
    await lay('a');
    for (const filter of [{}, { done: null, text: null, dueAfter: null, dueBefore: null }, { text: '' }])
      expect(await titles(filter)).toEqual(['a']);
  });

  test('of done or not', async () => {
    await lay('open');
    await lay('done', '', null, true);
    expect(await titles({ done: true })).toEqual(['done']);
    expect(await titles({ done: false })).toEqual(['open']);
  });

  test('of a time takes the moment it begins with, not the one it ends with, and nothing without a time', async () => {
    for (const [title, at] of [
      ['before', NOON - 1],
      ['first', NOON],
      ['last', NOON + DAY - 1],
      ['after', NOON + DAY],
      ['never', null],
    ] as const)
      await lay(title, '', at);
    const [dueAfter, dueBefore] = [new Date(NOON), new Date(NOON + DAY)];
    expect(await titles({ dueAfter, dueBefore })).toEqual(['first', 'last']);
    expect(await titles({ dueAfter })).toEqual(['first', 'last', 'after']);
    expect(await titles({ dueBefore })).toEqual(['before', 'first', 'last']);
    expect(await titles({ dueAfter: dueBefore, dueBefore: dueAfter })).toEqual([]);
  });

  test.each([
    ['milk', ['Buy MILK', 'Shop']],
    ['ILK', ['Buy MILK', 'Shop']],
    ['ÄÖ', ['äöü']],
    ['buy milk', ['Buy MILK']],
    ['%', ['100 % sure']],
    ['_', ['snake_case']],
    ['\\', ['back\\slash']],
    ['\\%', []],
    ['%milk%', []],
    ['m_lk', []],
    ["'", ["O'Neil"]],
    ['😀', ['a 😀 b']],
    ["' or true --", []],
    ['.*', []],
  ])(
    'of the text %j takes every character as it is, in title and description, capitals or not',
    async (text, found) => {
      await lay('Buy MILK');
      await lay('Shop', 'eggs, milk');
      for (const title of ['äöü', '100 % sure', 'snake_case', 'back\\slash', "O'Neil", 'a 😀 b']) await lay(title);
      expect(await titles({ text })).toEqual(found);
    },
  );

  test('holds on every page, and for the count', async () => {
    for (let number = 0; number < 7; number++) await lay(`task ${number}`, '', null, number % 2 === 0);
    const first = await pageOf(3, null, { filter: { done: true } });
    const second = await pageOf(3, lastCursor(first), { filter: { done: true } });
    expect([first?.totalCount, second?.totalCount]).toEqual([4, 4]);
    expect([...(first?.nodes ?? []), ...(second?.nodes ?? [])].map(({ title }) => title)).toEqual(
      [0, 2, 4, 6].map((number) => `task ${number}`),
    );
  });

  test('finds nothing of anybody else’s, whatever it says', async () => {
    await on.there.above.rows(`update app.task set due_at = now() where user_id = $1`, [on.there.alice]);
    for (const filter of [{ text: 'alice' }, { text: "alice's" }, { done: false }, { dueAfter: new Date(0) }])
      expect(await titles(filter)).toEqual([]);
  });
});

describe('of a page', () => {
  test('only what is asked for is read and counted', async () => {
    await on.there.above.task(on.carol, { position: 1 });
    const asked = (rows: boolean, count: boolean) => pageOf(5, null, {}, { nodes: new Set(), rows, count });
    expect(await asked(true, false)).toMatchObject({ nodes: [{ userId: on.carol }], totalCount: Number.NaN });
    expect(await asked(false, true)).toMatchObject({ nodes: [], totalCount: 1 });
    expect(on.statements).toHaveLength(2);
    expect(on.statements[0]).not.toContain('count(');
    expect(on.statements[1]).not.toContain('LIMIT');
    expect(await asked(false, false)).toMatchObject({ nodes: [], totalCount: Number.NaN });
    expect(on.statements).toHaveLength(2);
  });

  test('asked for twice beside each other one statement has what both asked for', async () => {
    await on.there.above.task(on.carol, { title: 'both', position: 1 });
    const [one, two] = await Promise.all([
      pageOf(5, null, {}, { nodes: new Set(['title']), rows: true, count: false }),
      pageOf(5, null, {}, { nodes: new Set(['position']), rows: true, count: true }),
    ]);
    expect(on.statements).toHaveLength(1);
    expect(one).toBe(two);
    expect(one).toMatchObject({ nodes: [{ title: 'both', position: 1 }], totalCount: 1 });
  });
});

describe('by its usual order', () => {
  test.each(['ASC', 'DESC'] as const)(
    'a page is read from its index, %s, from the beginning and behind a cursor',
    async (direction) => {
      await on.there.above.rows(
        `insert into app.task (user_id, id, title, position)
       select u.id, gen_random_uuid(), 't', n from auth."user" u, generate_series(1, 2000) n where u.id in ($1, $2)`,
        [on.carol, on.there.alice],
      );
      await on.there.above.rows('analyze app.task');
      const bind = ownedData(on.there.source.mapping, owners());
      const texts: [string, readonly unknown[]][] = [];
      const seen = bind(on.carol, async ({ text }, values) => {
        texts.push([text, values]);
        return [];
      }).tasks;
      const order = { field: 'POSITION', direction } as const;
      const after = encodeCursor(`POSITION ${direction}`, { key: 1000, id: newIdentifier() });
      for (const from of [null, after])
        await seen.page({ filter: {}, order, first: 20, after: from }, { ...EVERYTHING, count: false });
      for (const [text, values] of texts) {
        const plan = JSON.stringify(await on.there.above.rows(`explain analyze ${text}`, values));
        expect(plan).toMatch(/Index (Only )?Scan (Backward )?using task_in_order/);
        expect(plan).not.toMatch(/Sort|Seq Scan|Rows Removed/);
        // No more rows are looked at than the page has.
        expect(plan).toMatch(/task_in_order on task[^]*?rows=21/);
      }
      await on.there.above.rows('delete from app.task where user_id = $1 and title = $2', [on.there.alice, 't']);
    },
  );
});
