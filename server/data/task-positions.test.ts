import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { dataOnScene } from '../../test/walls/data-on-scene.ts';
import { owners } from '../../test/walls/scene.ts';
import { newIdentifier } from './identifier.ts';
import { ownedData } from './data.ts';
import { reachOf } from './reach.ts';
import { tables } from './tables.ts';
import { between, taskPositions } from './task-positions.ts';
import { Database } from './transaction.ts';

describe('between', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });

  test('is a number strictly between two others, or null', () => {
    fc.assert(
      fc.property(double, double, (one, other) => {
        const [before, behind] = one < other ? [one, other] : [other, one];
        const found = between({ before, behind });
        if (found !== null) expect(before < found && found < behind).toBe(true);
      }),
    );
  });

  test('is null only where the doubles have run out: two halvings of what there is', () => {
    expect(between({ before: 1, behind: 1 })).toBeNull();
    expect(between({ before: 1, behind: 1 + Number.EPSILON })).toBeNull();
    expect(between({ before: 1, behind: 1 + 2 * Number.EPSILON })).toBe(1 + Number.EPSILON);
    expect(between({ before: -Number.MAX_VALUE, behind: Number.MAX_VALUE })).toBe(0);
    expect(between({ before: 2, behind: 1 })).toBeNull();
  });

  test('at an end is beyond it, or null where one more is none', () => {
    expect(between({ before: null, behind: null })).toBe(-1);
    expect(between({ before: null, behind: 5 })).toBe(4);
    expect(between({ before: 5, behind: null })).toBe(6);
    expect(between({ before: null, behind: -1e300 })).toBeNull();
    expect(between({ before: 1e300, behind: null })).toBeNull();
    fc.assert(
      fc.property(double, (end) => {
        const [above, below] = [between({ before: null, behind: end }), between({ before: end, behind: null })];
        expect((above ?? -Infinity) < end && end < (below ?? Infinity)).toBe(true);
      }),
    );
  });
});

describe('move', () => {
  const on = dataOnScene();
  let ids: string[];

  beforeEach(async () => {
    ids = [];
    for (const position of [1, 2, 3, 4]) ids.push(await on.there.above.task(on.carol, { position }));
  });

  const move = (id: string, after: string | null) =>
    on.write(({ tasks }) => tasks.move(id, after, new Set(['position', 'version'])));
  const order = async () =>
    (
      await on.there.above.rows<{ id: string }>('select id from app.task where user_id = $1 order by position, id', [
        on.carol,
      ])
    ).map(({ id }) => ids.indexOf(id));
  const nth = (index: number | null) => (index === null ? null : (ids[index] ?? ''));

  const MOVES = [0, 1, 2, 3].flatMap((moved) => [null, 0, 1, 2, 3].map((after) => [moved, after] as const));
  test.each(MOVES)(
    'of the task at %i to behind %o stands there, and the others stand as they stood',
    async (moved, after) => {
      const rest = [0, 1, 2, 3].filter((each) => each !== moved);
      const expected =
        after === moved ? [0, 1, 2, 3] : rest.toSpliced(after === null ? 0 : rest.indexOf(after) + 1, 0, moved);
      expect(await move(ids[moved] ?? '', nth(after))).toMatchObject({ id: ids[moved] });
      expect(await order()).toEqual(expected);
    },
  );

  test('is a change of that task and of no other', async () => {
    expect(await move(nth(2) ?? '', null)).toMatchObject({ version: 2, position: 0 });
    const versions = await on.there.above.rows<{ version: number }>(
      'select version from app.task where user_id = $1 order by id',
      [on.carol],
    );
    expect(versions.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2]);
  });

  test.each([
    ['the top', null],
    ['behind another', 1],
  ])('to %s holds the task from when its place is looked for until the move is done', async (_, after) => {
    const database = new Database(on.there.source.pool);
    const positions = taskPositions(tables(on.there.source.mapping, owners()));
    const [moved, other] = [nth(3) ?? '', nth(2) ?? ''];
    const isHeld = async (id: string) =>
      on.there.above.rows('select from app.task where id = $1 for update nowait', [id]).then(
        () => false,
        (error: { readonly code?: string }) => error.code === '55P03',
      );
    await database.writing(on.carol, async (run) => {
      await positions.find(reachOf(on.carol, run), moved, nth(after));
      expect([await isHeld(moved), await isHeld(other)]).toEqual([true, false]);
    });
    expect(await isHeld(moved)).toBe(false);
  });

  test('of one task by two processes at the same time is one after the other, and both are kept', async () => {
    const id = nth(3) ?? '';
    const processes = [1, 2].map(() => new Database(on.there.source.pool));
    const bind = ownedData(on.there.source.mapping, owners());
    const places = [nth(0), nth(1)];
    const moves = processes.map((database, index) =>
      database.writing(on.carol, (run) =>
        bind(on.carol, run).tasks.move(id, places[index] ?? null, new Set(['version'])),
      ),
    );
    const versions = (await Promise.all(moves)).map((task) => task?.version);
    expect(new Set(versions)).toEqual(new Set([2, 3]));
    expect([
      [0, 3, 1, 2],
      [0, 1, 3, 2],
    ]).toContainEqual(await order());
  });

  test('to behind itself is none', async () => {
    expect(await move(nth(2) ?? '', nth(2))).toMatchObject({ version: 1, position: 3 });
  });

  test('200 times into one gap keeps the order each time, and numbers anew when the numbers run out', async () => {
    let [left, right] = [2, 3];
    let expected = [0, 1, 2, 3];
    let renumbered = 0;
    for (let number = 0; number < 200; number++) {
      on.statements.length = 0;
      await move(nth(right) ?? '', nth(0));
      expected = [0, right, ...expected.filter((each) => each !== 0 && each !== right)];
      expect(await order()).toEqual(expected);
      if (on.statements.some((text) => text.includes('row_number()'))) renumbered++;
      [left, right] = [right, left];
    }
    expect(renumbered).toBeGreaterThan(2);
    expect(renumbered).toBeLessThan(10);
  }, 30_000);

  test('between tasks of one position numbers all of the owner’s tasks anew, in their order, and nobody else’s', async () => {
    await on.there.above.rows('update app.task set position = 7 where user_id = $1', [on.carol]);
    await on.there.above.rows('update app.task set position = 7 where user_id = $1', [on.there.alice]);
    const before = await on.there.alicesRows();
    const same = await order();
    await move(nth(same[3] ?? 0) ?? '', nth(same[0] ?? 0));
    expect(await order()).toEqual([same[0], same[3], same[1], same[2]]);
    expect(await on.there.alicesRows()).toEqual(before);
  });

  test('numbers anew in the transaction of the move: when that is taken back, so are the numbers', async () => {
    await on.there.above.rows('update app.task set position = 7 where user_id = $1', [on.carol]);
    const taken = on.write(async ({ tasks }) => {
      await tasks.move(nth(3) ?? '', nth(0), new Set());
      throw new Error('taken back');
    });
    await expect(taken).rejects.toThrow('taken back');
    const kept = await on.there.above.rows('select distinct position from app.task where user_id = $1', [on.carol]);
    expect(kept).toEqual([{ position: 7 }]);
  });

  test('is null for a task that is not the viewer’s, and to behind one', async () => {
    const before = await on.there.alicesRows();
    for (const other of [on.there.alicesTask, newIdentifier(), on.there.alicesTask.toUpperCase(), 'x', '']) {
      expect(await move(other, null)).toBeNull();
      expect(await move(other, nth(0))).toBeNull();
      expect(await move(other, other)).toBeNull();
      expect(await move(nth(0) ?? '', other)).toBeNull();
    }
    expect(await on.there.alicesRows()).toEqual(before);
    expect(await order()).toEqual([0, 1, 2, 3]);
  });
});
