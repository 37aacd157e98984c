import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { schemaOwners } from '../../../test/support/seeded-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { createOwnedData } from '../owned-data.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';
import { createOwnedStatements } from '../query/owned-statements.ts';
import { StatementCache } from '../query/statement-cache.ts';
import { createViewerSession } from '../query/viewer-session.ts';
import { midpoint, prepareTaskPositions } from './task-positions.ts';

describe('midpoint', () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });

  test('midpoint returns a number strictly between two others, or null', () => {
    fc.assert(
      fc.property(double, double, (one, other) => {
        const [lower, upper] = one < other ? [one, other] : [other, one];
        const found = midpoint({ lower, upper });
        if (found !== null) expect(lower < found && found < upper).toBe(true);
      }),
    );
  });

  test('midpoint returns null only if there is no double between the two', () => {
    expect(midpoint({ lower: 1, upper: 1 })).toBeNull();
    expect(midpoint({ lower: 1, upper: 1 + Number.EPSILON })).toBeNull();
    expect(midpoint({ lower: 1, upper: 1 + 2 * Number.EPSILON })).toBe(1 + Number.EPSILON);
    expect(midpoint({ lower: -Number.MAX_VALUE, upper: Number.MAX_VALUE })).toBe(0);
    expect(midpoint({ lower: 2, upper: 1 })).toBeNull();
  });

  test('midpoint at an end of the list is beyond the last position, or null if adding 1 does not change it', () => {
    expect(midpoint({ lower: null, upper: null })).toBe(-1);
    expect(midpoint({ lower: null, upper: 5 })).toBe(4);
    expect(midpoint({ lower: 5, upper: null })).toBe(6);
    expect(midpoint({ lower: null, upper: -1e300 })).toBeNull();
    expect(midpoint({ lower: 1e300, upper: null })).toBeNull();
    fc.assert(
      fc.property(double, (end) => {
        const [above, below] = [midpoint({ lower: null, upper: end }), midpoint({ lower: end, upper: null })];
        expect((above ?? -Infinity) < end && end < (below ?? Infinity)).toBe(true);
      }),
    );
  });
});

describe('move', () => {
  const fixture = setUpDataFixture();
  let ids: string[];

  beforeEach(async () => {
    ids = [];
    for (const position of [1, 2, 3, 4])
      ids.push(await fixture.seeded.superuser.insertTask(fixture.carol, { position }));
  });

  const move = (id: string, after: string | null) =>
    fixture.writeAsCarol(({ tasks }) => tasks.move(id, after, new Set(['position', 'version'])));
  const order = async () =>
    (
      await fixture.seeded.superuser.rows<{ id: string }>(
        'select id from app.task where user_id = $1 order by position, id',
        [fixture.carol],
      )
    ).map(({ id }) => ids.indexOf(id));
  const nth = (index: number | null) => (index === null ? null : (ids[index] ?? ''));

  const MOVES = [0, 1, 2, 3].flatMap((moved) => [null, 0, 1, 2, 3].map((after) => [moved, after] as const));
  test.each(MOVES)(
    'moves the task at %i to directly after %o and keeps the order of the others',
    async (moved, after) => {
      const rest = [0, 1, 2, 3].filter((each) => each !== moved);
      const expected =
        after === moved ? [0, 1, 2, 3] : rest.toSpliced(after === null ? 0 : rest.indexOf(after) + 1, 0, moved);
      expect(await move(ids[moved] ?? '', nth(after))).toMatchObject({ id: ids[moved] });
      expect(await order()).toEqual(expected);
    },
  );

  test('moving a task changes its version only', async () => {
    expect(await move(nth(2) ?? '', null)).toMatchObject({ version: 2, position: 0 });
    const versions = await fixture.seeded.superuser.rows<{ version: number }>(
      'select version from app.task where user_id = $1 order by id',
      [fixture.carol],
    );
    expect(versions.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2]);
  });

  // covers: DATA-08
  test.each([
    ['to the top', null],
    ['after another task', 1],
  ])('moving a task %s locks it from the search for a position until the end of the transaction', async (_, after) => {
    const { mapping, pool } = fixture.seeded.source;
    const database = new ViewerDatabase(pool);
    const positions = prepareTaskPositions({
      ownedStatements: (entity) => createOwnedStatements(mapping, entity, schemaOwners()),
      statementCache: new StatementCache(mapping),
    });
    const [moved, other] = [nth(3) ?? '', nth(2) ?? ''];
    const isHeld = async (id: string) =>
      fixture.seeded.superuser.rows('select from app.task where id = $1 for update nowait', [id]).then(
        () => false,
        (error: { readonly code?: string }) => error.code === '55P03',
      );
    await database.runTransaction(fixture.carol, async (run) => {
      await positions.find(createViewerSession(fixture.carol, run), moved, nth(after));
      expect([await isHeld(moved), await isHeld(other)]).toEqual([true, false]);
    });
    expect(await isHeld(moved)).toBe(false);
  });

  // covers: DATA-08
  test('two processes that move one task at the same time run one after the other, and both take effect', async () => {
    const id = nth(3) ?? '';
    const processes = [1, 2].map(() => new ViewerDatabase(fixture.seeded.source.pool));
    const bind = createOwnedData(fixture.seeded.source.mapping, schemaOwners());
    const anchors = [nth(0), nth(1)];
    const moves = processes.map((database, index) =>
      database.runTransaction(fixture.carol, (run) =>
        bind(fixture.carol, run).tasks.move(id, anchors[index] ?? null, new Set(['version'])),
      ),
    );
    const versions = (await Promise.all(moves)).map((task) => task?.version);
    expect(new Set(versions)).toEqual(new Set([2, 3]));
    expect([
      [0, 3, 1, 2],
      [0, 1, 3, 2],
    ]).toContainEqual(await order());
  });

  test('moving a task after itself changes nothing', async () => {
    expect(await move(nth(2) ?? '', nth(2))).toMatchObject({ version: 1, position: 3 });
  });

  // covers: CONTRACT-07
  test('200 moves into one gap keep the order each time, and renumber when there is no double left', async () => {
    let [left, right] = [2, 3];
    let expected = [0, 1, 2, 3];
    let renumbered = 0;
    for (let number = 0; number < 200; number++) {
      fixture.statements.length = 0;
      await move(nth(right) ?? '', nth(0));
      expected = [0, right, ...expected.filter((each) => each !== 0 && each !== right)];
      expect(await order()).toEqual(expected);
      if (fixture.statements.some((text) => text.includes('row_number()'))) renumbered++;
      [left, right] = [right, left];
    }
    expect(renumbered).toBeGreaterThan(2);
    expect(renumbered).toBeLessThan(10);
  }, 30_000);

  test('a move between tasks of equal position renumbers all of the viewer’s tasks in order, and no other user’s', async () => {
    await fixture.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [fixture.carol]);
    await fixture.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [fixture.seeded.alice]);
    const before = await fixture.seeded.alicesRows();
    const same = await order();
    await move(nth(same[3] ?? 0) ?? '', nth(same[0] ?? 0));
    expect(await order()).toEqual([same[0], same[3], same[1], same[2]]);
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });

  test('renumbering is part of the move’s transaction and is rolled back with it', async () => {
    await fixture.seeded.superuser.rows('update app.task set position = 7 where user_id = $1', [fixture.carol]);
    const rolledBack = fixture.writeAsCarol(async ({ tasks }) => {
      await tasks.move(nth(3) ?? '', nth(0), new Set());
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    const kept = await fixture.seeded.superuser.rows('select distinct position from app.task where user_id = $1', [
      fixture.carol,
    ]);
    expect(kept).toEqual([{ position: 7 }]);
  });

  // covers: ACCESS-17
  test('move returns null for a task that is not the viewer’s, and for an `after` that is not', async () => {
    const before = await fixture.seeded.alicesRows();
    for (const other of [
      fixture.seeded.alicesTask,
      generateUuidV7(),
      fixture.seeded.alicesTask.toUpperCase(),
      'x',
      '',
    ]) {
      expect(await move(other, null)).toBeNull();
      expect(await move(other, nth(0))).toBeNull();
      expect(await move(other, other)).toBeNull();
      expect(await move(nth(0) ?? '', other)).toBeNull();
    }
    expect(await fixture.seeded.alicesRows()).toEqual(before);
    expect(await order()).toEqual([0, 1, 2, 3]);
  });
});
