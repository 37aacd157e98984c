import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { schemaOwners } from '../../../test/support/seeded-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { createOwnedData } from '../owned-data.ts';
import { createViewerSession } from '../query/viewer-session.ts';
import { createRepositoryContext } from '../query/repository-context.ts';
import { midpoint, prepareTaskPositions } from './task-positions.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';

describe('between', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });

  test('is a number strictly between two others, or null', () => {
    fc.assert(
      fc.property(double, double, (one, other) => {
        const [before, behind] = one < other ? [one, other] : [other, one];
        const found = midpoint({ before, behind });
        if (found !== null) expect(before < found && found < behind).toBe(true);
      }),
    );
  });

  test('is null only where the doubles have run out: two halvings of what there is', () => {
    expect(midpoint({ before: 1, behind: 1 })).toBeNull();
    expect(midpoint({ before: 1, behind: 1 + Number.EPSILON })).toBeNull();
    expect(midpoint({ before: 1, behind: 1 + 2 * Number.EPSILON })).toBe(1 + Number.EPSILON);
    expect(midpoint({ before: -Number.MAX_VALUE, behind: Number.MAX_VALUE })).toBe(0);
    expect(midpoint({ before: 2, behind: 1 })).toBeNull();
  });

  test('at an end is beyond it, or null where one more is none', () => {
    expect(midpoint({ before: null, behind: null })).toBe(-1);
    expect(midpoint({ before: null, behind: 5 })).toBe(4);
    expect(midpoint({ before: 5, behind: null })).toBe(6);
    expect(midpoint({ before: null, behind: -1e300 })).toBeNull();
    expect(midpoint({ before: 1e300, behind: null })).toBeNull();
    fc.assert(
      fc.property(double, (end) => {
        const [above, below] = [midpoint({ before: null, behind: end }), midpoint({ before: end, behind: null })];
        expect((above ?? -Infinity) < end && end < (below ?? Infinity)).toBe(true);
      }),
    );
  });
});

describe('move', () => {
  const on = setUpDataFixture();
  let ids: string[];

  beforeEach(async () => {
    ids = [];
    for (const position of [1, 2, 3, 4]) ids.push(await on.seeded.superuser.insertTask(on.carol, { position }));
  });

  const move = (id: string, after: string | null) =>
    on.writeAsCarol(({ tasks }) => tasks.move(id, after, new Set(['position', 'version'])));
  const order = async () =>
    (
      await on.seeded.superuser.rows<{ id: string }>(
        'select id from app.task where user_id = $1 order by position, id',
        [on.carol],
      )
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
    const versions = await on.seeded.superuser.rows<{ version: number }>(
      'select version from app.task where user_id = $1 order by id',
      [on.carol],
    );
    expect(versions.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2]);
  });

  // covers: DATA-08
  test.each([
    ['the top', null],
    ['behind another', 1],
  ])('to %s holds the task from when its place is looked for until the move is done', async (_, after) => {
    const database = new ViewerDatabase(on.seeded.source.pool);
    const positions = prepareTaskPositions(createRepositoryContext(on.seeded.source.mapping, schemaOwners()));
    const [moved, other] = [nth(3) ?? '', nth(2) ?? ''];
    const isHeld = async (id: string) =>
      on.seeded.superuser.rows('select from app.task where id = $1 for update nowait', [id]).then(
        () => false,
        (error: { readonly code?: string }) => error.code === '55P03',
      );
    await database.runTransaction(on.carol, async (run) => {
      await positions.find(createViewerSession(on.carol, run), moved, nth(after));
      expect([await isHeld(moved), await isHeld(other)]).toEqual([true, false]);
    });
    expect(await isHeld(moved)).toBe(false);
  });

  // covers: DATA-08
  test('of one task by two processes at the same time is one after the other, and both are kept', async () => {
    const id = nth(3) ?? '';
    const processes = [1, 2].map(() => new ViewerDatabase(on.seeded.source.pool));
    const bind = createOwnedData(on.seeded.source.mapping, schemaOwners());
    const places = [nth(0), nth(1)];
    const moves = processes.map((database, index) =>
      database.runTransaction(on.carol, (run) =>
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

  // covers: CONTRACT-07
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
    await on.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [on.carol]);
    await on.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [on.seeded.alice]);
    const before = await on.seeded.alicesRows();
    const same = await order();
    await move(nth(same[3] ?? 0) ?? '', nth(same[0] ?? 0));
    expect(await order()).toEqual([same[0], same[3], same[1], same[2]]);
    expect(await on.seeded.alicesRows()).toEqual(before);
  });

  test('numbers anew in the transaction of the move: when that is taken back, so are the numbers', async () => {
    await on.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [on.carol]);
    const taken = on.writeAsCarol(async ({ tasks }) => {
      await tasks.move(nth(3) ?? '', nth(0), new Set());
      throw new Error('taken back');
    });
    await expect(taken).rejects.toThrow('taken back');
    const kept = await on.seeded.superuser.rows('select distinct position from app.task where user_id = $1', [
      on.carol,
    ]);
    expect(kept).toEqual([{ position: 7 }]);
  });

  // covers: ACCESS-17
  test('is null for a task that is not the viewer’s, and to behind one', async () => {
    const before = await on.seeded.alicesRows();
    for (const other of [on.seeded.alicesTask, generateUuidV7(), on.seeded.alicesTask.toUpperCase(), 'x', '']) {
      expect(await move(other, null)).toBeNull();
      expect(await move(other, nth(0))).toBeNull();
      expect(await move(other, other)).toBeNull();
      expect(await move(nth(0) ?? '', other)).toBeNull();
    }
    expect(await on.seeded.alicesRows()).toEqual(before);
    expect(await order()).toEqual([0, 1, 2, 3]);
  });
});
