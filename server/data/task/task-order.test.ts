import { describe, expect, test } from 'vitest';
import { lastCursor, setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { encodeCursor } from '../query/cursor.ts';
import { generateUuidV7 } from '../../uuid.ts';

const fixture = setUpDataFixture();

const FIELDS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'] as const;
const ORDERS = FIELDS.flatMap((field) => (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })));

describe('task order', () => {
  /** Inserts rows with equal and different values in each column, and times that differ by one microsecond. */
  const insertTasks = async () => {
    const insert = `
      insert into app.task (user_id, id, title, position, priority, due_at, created_at, updated_at)
      select $1, gen_random_uuid(), (array['b', 'B', 'a', 'Ä', 'ä', 'z', '😀', ' ', 'aa'])[1 + n % 9],
        (array[0, 1, -1, 1e300, 0.1])[1 + n % 5], (array['LOW', 'NORMAL', 'HIGH'])[1 + n % 3],
        case when n % 4 = 0 then null else timestamptz '2026-11-21 09:30:00.000001Z' + (n % 7) * interval '1 microsecond' end,
        timestamptz '2026-11-21 09:30:00Z' + (n % 3) * interval '1 microsecond',
        timestamptz '0001-01-01 00:00:00Z' + (n % 2) * interval '9998 years'
      from generate_series(1, 40) n`;
    await fixture.seeded.superuser.rows(insert, [fixture.carol]);
  };
  /** ORDER BY expressions for the same order without pages. */
  const SORT = {
    POSITION: 'position',
    CREATED_AT: 'created_at',
    UPDATED_AT: 'updated_at',
    DUE_AT: 'due_at',
    PRIORITY: `case priority when 'LOW' then 1 when 'NORMAL' then 2 else 3 end`,
    TITLE: 'lower(title)',
  };

  // covers: CONTRACT-02
  test.each(ORDERS)('pages contain every task once, in the order %o', async (order) => {
    await insertTasks();
    const { direction, field } = order;
    const expected = await fixture.seeded.superuser.rows<{ id: string }>(
      `select id from app.task where user_id = $1 order by ${SORT[field]} ${direction} nulls last, id ${direction}`,
      [fixture.carol],
    );
    for (const first of [1, 7, 40]) {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await fixture.carolsPage(first, after, { order });
        seen.push(...(page?.nodes ?? []).map(({ id }) => id));
        after = page ? lastCursor(page) : null;
        if (!page?.hasNextPage) break;
      }
      expect(seen).toEqual(expected.map(({ id }) => id));
    }
  });

  // covers: CONTRACT-03
  test('a cursor is valid for its own order and no other', async () => {
    await insertTasks();
    for (const order of ORDERS) {
      const after = lastCursor(await fixture.carolsPage(3, null, { order }));
      for (const otherOrder of ORDERS) {
        const page = await fixture.carolsPage(3, after, { order: otherOrder });
        if (otherOrder === order) expect(page?.nodes).toHaveLength(3);
        else expect(page).toBeNull();
      }
    }
  });

  /** Valid and invalid keys of each type, for forged cursors in the correct format. */
  const KEYS: readonly unknown[] = [
    [null, 0, -0, 1, 2, 3, 4, -1, 0.5, 2 ** 53, 1e300, true, [[]], {}, [['x']], { x: 1 }],
    ['', '0', '-0', '00', '-1', '1', '9'.repeat(18), '9'.repeat(19), '1e3', 'NaN', 'Infinity', ' 1', '0x1', '١'],
    ['a', '%', "'", '\0', '\ud800', '\uffff', 'x'.repeat(1_000), 'x'.repeat(1_001), '😀'.repeat(400), 'LOW'],
    ["1'; drop table app.task; --", '2026-11-21', 'null', '__proto__'],
  ].flat();
  // covers: ACCESS-20, CONTRACT-03
  test.each(ORDERS)(
    'a forged cursor is rejected or selects among the viewer’s own tasks, in the order %o',
    async (order) => {
      await insertTasks();
      for (const id of [fixture.seeded.alicesTask, generateUuidV7(), 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
        for (const key of KEYS) {
          const after = encodeCursor(`${order.field} ${order.direction}`, { key: key as never, id });
          const page = await fixture.carolsPage(100, after, { order });
          for (const node of page?.nodes ?? []) expect(node.userId).toBe(fixture.carol);
          if (page !== null) expect(page.totalCount).toBe(40);
        }
    },
  );
});
