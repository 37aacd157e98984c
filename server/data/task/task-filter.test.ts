import { describe, expect, test } from 'vitest';
import { lastCursor, setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import type { TaskFilter } from './task-filter.ts';

const fixture = setUpDataFixture();

describe('task filter', () => {
  const DAY = 86_400_000;
  const NOON = Date.parse('2026-11-21T12:00:00Z');
  const titles = async (filter: TaskFilter) => {
    const page = await fixture.carolsPage(100, null, { filter });
    expect(page?.totalCount).toBe(page?.nodes.length);
    return page?.nodes.map(({ title }) => title);
  };
  const insertTask = async (title: string, description = '', dueAt: number | null = null, done = false) => {
    const insert = `insert into app.task (user_id, id, title, description, due_at, done, completed_at, position)
      values ($1, $2, $3, $4, $5, $6, $7, (select count(*) from app.task where user_id = $1))`;
    const at = dueAt === null ? null : new Date(dueAt);
    await fixture.seeded.superuser.rows(insert, [
      fixture.carol,
      generateUuidV7(),
      title,
      description,
      at,
      done,
      done ? new Date() : null,
    ]);
  };

  test('a filter without parts matches every task, whether they are left out or null', async () => {
    await insertTask('a');
    for (const filter of [{}, { done: null, text: null, dueAfter: null, dueBefore: null }, { text: '' }])
      expect(await titles(filter)).toEqual(['a']);
  });

  test('a filter by `done` matches tasks that are done or not done', async () => {
    await insertTask('open');
    await insertTask('done', '', null, true);
    expect(await titles({ done: true })).toEqual(['done']);
    expect(await titles({ done: false })).toEqual(['open']);
  });

  test('a filter by due date includes `dueAfter`, excludes `dueBefore`, and excludes tasks without a due date', async () => {
    for (const [title, at] of [
      ['before', NOON - 1],
      ['first', NOON],
      ['last', NOON + DAY - 1],
      ['after', NOON + DAY],
      ['never', null],
    ] as const)
      await insertTask(title, '', at);
    const [dueAfter, dueBefore] = [new Date(NOON), new Date(NOON + DAY)];
    expect(await titles({ dueAfter, dueBefore })).toEqual(['first', 'last']);
    expect(await titles({ dueAfter })).toEqual(['first', 'last', 'after']);
    expect(await titles({ dueBefore })).toEqual(['before', 'first', 'last']);
    expect(await titles({ dueAfter: dueBefore, dueBefore: dueAfter })).toEqual([]);
  });

  // covers: CONTRACT-04
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
  ])('a filter by the text %j matches title and description literally, ignoring case', async (text, found) => {
    await insertTask('Buy MILK');
    await insertTask('Shop', 'eggs, milk');
    for (const title of ['äöü', '100 % sure', 'snake_case', 'back\\slash', "O'Neil", 'a 😀 b']) await insertTask(title);
    expect(await titles({ text })).toEqual(found);
  });

  test('a filter applies to every page and to the count', async () => {
    for (let number = 0; number < 7; number++) await insertTask(`task ${number}`, '', null, number % 2 === 0);
    const first = await fixture.carolsPage(3, null, { filter: { done: true } });
    const second = await fixture.carolsPage(3, lastCursor(first), { filter: { done: true } });
    expect([first?.totalCount, second?.totalCount]).toEqual([4, 4]);
    expect([...(first?.nodes ?? []), ...(second?.nodes ?? [])].map(({ title }) => title)).toEqual(
      [0, 2, 4, 6].map((number) => `task ${number}`),
    );
  });

  // covers: ACCESS-20
  test('no filter finds another user’s tasks', async () => {
    await fixture.seeded.superuser.rows(`update app.task set due_at = now() where user_id = $1`, [
      fixture.seeded.alice,
    ]);
    for (const filter of [{ text: 'alice' }, { text: "alice's" }, { done: false }, { dueAfter: new Date(0) }])
      expect(await titles(filter)).toEqual([]);
  });
});
