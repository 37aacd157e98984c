import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newIdentifier } from './identifier.ts';
import { ownedData } from './data.ts';
import { encodeCursor } from './cursor.ts';
import { Database } from './transaction.ts';
import type { PageArguments, PageAsked } from './task-pages.ts';
import type { TaskOrder } from './task-order.ts';
import type { Tasks } from './tasks.ts';
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
    await there.above.rows(insert, [carol, ids]);
    await there.above.rows('drop index app.task_in_order');
    const seen: string[] = [];
    for (let page = 0; page < 6; page++) {
      const after = page === 0 ? null : encodeCursor('POSITION ASC', { key: 0, id: seen.at(-1) ?? '' });
      seen.push(...((await pageOf(7, after))?.nodes ?? []).map(({ id }) => id));
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test('is one statement, its count included', async () => {
    await lay([1, 2]);
    statements.length = 0;
    expect(await pageOf(1, null)).toMatchObject({ totalCount: 2, hasNextPage: true });
    expect(statements).toHaveLength(1);
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
    expect(statements).toEqual([]);
  });
});
