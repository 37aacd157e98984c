import { describe, expect, test } from 'vitest';
import { type Answer, codes } from './api.ts';
import { ADD, CHANGE, CREATE, cursor, FILTERED, ID, ORDERS, pagesAfter, UPDATE } from './hostile.ts';
import { apiOnScene } from './on-scene.ts';

const on = apiOnScene();

describe('a bad value is BAD_USER_INPUT that names the field and the rule:', () => {
  const wrong = (answer: Answer) => answer.body?.errors?.map(({ message, extensions }) => ({ message, ...extensions }));

  test.each([
    ...[-1, 0, 101, 1e9].map((v) => [
      'query ($v: Int) { tasks(first: $v) { totalCount } }',
      v,
      'first',
      'ask for 1 to 100 at once',
    ]),
    ...['', 'x', cursor([0, 'x'])].map((v) => [
      'query ($v: String) { tasks(after: $v) { totalCount } }',
      v,
      'after',
      'pass a cursor as it came from this list in the same order',
    ]),
    ...['', '  ', 'x'.repeat(201), '😀'.repeat(201)].flatMap((title) => [
      [CREATE, { title }, 'input.title', 'write 1 to 200 characters'],
      [UPDATE, { title }, 'input.title', 'write 1 to 200 characters'],
    ]),
    ...['\0', 'a\ud800'].flatMap((text) => [
      [CREATE, { title: text }, 'input.title', 'write characters of Unicode, without NUL'],
      [UPDATE, { description: text }, 'input.description', 'write characters of Unicode, without NUL'],
    ]),
    [CREATE, { title: 't', description: 'x'.repeat(10_001) }, 'input.description', 'write 0 to 10,000 characters'],
    ...['title', 'description', 'done', 'priority'].map((field) => [
      UPDATE,
      { [field]: null },
      `input.${field}`,
      'leave it out to keep it as it is; it cannot be null',
    ]),
    ...['', '  ', 'x'.repeat(201), '😀'.repeat(201)].flatMap((title) => [
      [ADD, { title }, 'input.title', 'write 1 to 200 characters'],
      [CHANGE, { title }, 'input.title', 'write 1 to 200 characters'],
    ]),
    ...[{}, { title: null }, { done: true }].map((v) => [
      ADD,
      v,
      'input.title',
      'a new step needs a title: write 1 to 200 characters',
    ]),
    ...['title', 'done'].map((field) => [
      CHANGE,
      { [field]: null },
      `input.${field}`,
      'leave it out to keep it as it is; it cannot be null',
    ]),
    ...['\0', 'a\ud800'].flatMap((text) => [
      [ADD, { title: text }, 'input.title', 'write characters of Unicode, without NUL'],
      [FILTERED, { text }, 'filter.text', 'write characters of Unicode, without NUL'],
    ]),
    [FILTERED, { text: 'x'.repeat(201) }, 'filter.text', 'write 0 to 200 characters'],
    ...ORDERS.filter((order) => order !== 'TITLE ASC').map((order) => [
      pagesAfter('TITLE ASC'),
      cursor([order, 'x', ID]),
      'after',
      'pass a cursor as it came from this list in the same order',
    ]),
  ] as [string, unknown, string, string][])('%s with %j', async (query, v, field, rule) => {
    const answer = await on.asBob(query, {
      v,
      ...(query.includes('$id') && { id: query === CHANGE ? on.there.bobsStep : on.there.bobsTask }),
    });
    expect(answer.status).toBe(200);
    expect(wrong(answer)).toEqual([{ message: `${field}: ${rule}`, code: 'BAD_USER_INPUT', field, rule }]);
    expect(answer.body?.data).toBeNull();
  });

  test.each([
    ['title', 1, 'String cannot represent a non string value'],
    ['title', null, 'Expected non-nullable type "String!" not to be null'],
    ['dueAt', 'tomorrow', 'write a moment with an offset, for example 2026-11-21T09:30:00Z'],
    ['priority', 'URGENT', 'does not exist in "Priority" enum'],
    ['userId', true, 'ID cannot represent value'],
  ])('CreateTaskInput.%s as %j, found before anything runs', async (field, value, rule) => {
    const answer = await on.asBob(CREATE, { v: { title: 't', [field]: value } });
    expect([answer.status, codes(answer)]).toEqual([400, ['BAD_USER_INPUT']]);
    expect(answer.body).not.toHaveProperty('data');
    expect(wrong(answer)?.[0]?.message).toContain(`"v.${field}"`);
    expect(wrong(answer)?.[0]?.message).toContain(rule);
  });

  test.each([
    ['query ($v: ID = "x") { task(id: $v) { id } }', 'task', 'Argument "id" of non-null type "ID!" must not be null.'],
    [
      'query ($v: Boolean = true) { status { ok @skip(if: $v) version } }',
      'status',
      'Argument "if" of non-null type "Boolean!" must not be null.',
    ],
    [
      'mutation ($v: ID = "x") { deleteTask(id: $v) }',
      'deleteTask',
      'Argument "id" of non-null type "ID!" must not be null.',
    ],
  ])('null by a variable where null cannot be: %s', async (query, field, message) => {
    const answer = await on.asBob(query, { v: null });
    expect(answer.body?.errors).toMatchObject([{ message, path: [field], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('values at their limits are kept as they are', async () => {
  const input = {
    title: '😀'.repeat(200),
    description: 'x'.repeat(10_000),
    dueAt: '9999-12-31T23:59:59.999Z',
    priority: 'HIGH',
  };
  const query = 'mutation ($v: CreateTaskInput!) { createTask(input: $v) { title description dueAt priority } }';
  expect((await on.asBob(query, { v: input })).body).toEqual({ data: { createTask: input } });
});
