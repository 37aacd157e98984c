import { describe, expect, test } from 'vitest';
import { type ApiResponse, errorCodes } from '../support/test-api.ts';
import {
  ADD_STEP,
  UPDATE_STEP,
  CREATE_TASK,
  forgeCursor,
  FILTERED_LIST,
  MISSING_ID,
  ORDERS,
  pageQuery,
  UPDATE_TASK,
} from './hostile-values.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';

const fixture = setUpApiFixture();

// covers: CONTRACT-15, HTTP-17
describe('BAD_USER_INPUT', () => {
  const errorsOf = (response: ApiResponse) =>
    response.body?.errors?.map(({ message, extensions }) => ({ message, ...extensions }));

  test.each([
    ...[-1, 0, 101, 1e9].map((v) => ['query ($v: Int) { tasks(first: $v) { totalCount } }', v, 'first', '1 to 100']),
    ...['', 'x', forgeCursor([0, 'x'])].map((v) => [
      'query ($v: String) { tasks(after: $v) { totalCount } }',
      v,
      'after',
      'pass a cursor that this list returned in the same order',
    ]),
    ...['', '  ', 'x'.repeat(201), '😀'.repeat(201)].flatMap((title) => [
      [CREATE_TASK, { title }, 'input.title', '1 to 200 characters'],
      [UPDATE_TASK, { title }, 'input.title', '1 to 200 characters'],
    ]),
    ...['\0', 'a\ud800'].flatMap((text) => [
      [CREATE_TASK, { title: text }, 'input.title', 'Unicode characters without NUL'],
      [UPDATE_TASK, { description: text }, 'input.description', 'Unicode characters without NUL'],
    ]),
    [CREATE_TASK, { title: 't', description: 'x'.repeat(10_001) }, 'input.description', '0 to 10,000 characters'],
    ...['title', 'description', 'done', 'priority'].map((field) => [
      UPDATE_TASK,
      { [field]: null },
      `input.${field}`,
      'cannot be null; omit it to leave it unchanged',
    ]),
    ...['', '  ', 'x'.repeat(201), '😀'.repeat(201)].flatMap((title) => [
      [ADD_STEP, { title }, 'input.title', '1 to 200 characters'],
      [UPDATE_STEP, { title }, 'input.title', '1 to 200 characters'],
    ]),
    ...[{}, { title: null }, { done: true }].map((v) => [
      ADD_STEP,
      v,
      'input.title',
      'a new step needs a title of 1 to 200 characters',
    ]),
    ...['title', 'done'].map((field) => [
      UPDATE_STEP,
      { [field]: null },
      `input.${field}`,
      'cannot be null; omit it to leave it unchanged',
    ]),
    ...['\0', 'a\ud800'].flatMap((text) => [
      [ADD_STEP, { title: text }, 'input.title', 'Unicode characters without NUL'],
      [FILTERED_LIST, { text }, 'filter.text', 'Unicode characters without NUL'],
    ]),
    [FILTERED_LIST, { text: 'x'.repeat(201) }, 'filter.text', '0 to 200 characters'],
    ...ORDERS.filter((order) => order !== 'TITLE ASC').map((order) => [
      pageQuery('TITLE ASC'),
      forgeCursor([order, 'x', MISSING_ID]),
      'after',
      'pass a cursor that this list returned in the same order',
    ]),
  ] as [string, unknown, string, string][])(
    'names the field in BAD_USER_INPUT and says what is expected: %s with %j',
    async (query, v, field, expected) => {
      const response = await fixture.executeAsBob(query, {
        v,
        ...(query.includes('$id') && { id: query === UPDATE_STEP ? fixture.seeded.bobsStep : fixture.seeded.bobsTask }),
      });
      expect(response.status).toBe(200);
      expect(errorsOf(response)).toEqual([
        expect.objectContaining({
          message: `Invalid value for \`${field}\`: ${expected}`,
          code: 'BAD_USER_INPUT',
          field,
        }),
      ]);
      expect(response.body?.data).toBeNull();
    },
  );

  test.each([
    ['title', 1, 'String cannot represent a non string value'],
    ['title', null, 'Expected non-nullable type "String!" not to be null'],
    ['dueAt', 'tomorrow', 'expected an RFC 3339 timestamp with an offset, for example 2026-11-21T09:30:00Z'],
    ['priority', 'URGENT', 'does not exist in "Priority" enum'],
    ['userId', true, 'ID cannot represent value'],
  ])('rejects CreateTaskInput.%s as %j before execution', async (field, value, rule) => {
    const response = await fixture.executeAsBob(CREATE_TASK, { v: { title: 't', [field]: value } });
    expect([response.status, errorCodes(response)]).toEqual([400, ['BAD_USER_INPUT']]);
    expect(response.body).not.toHaveProperty('data');
    expect(errorsOf(response)?.[0]?.message).toContain(`"v.${field}"`);
    expect(errorsOf(response)?.[0]?.message).toContain(rule);
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
  ])('rejects a null variable in a non-null position: %s', async (query, field, message) => {
    const response = await fixture.executeAsBob(query, { v: null });
    expect(response.body?.errors).toMatchObject([{ message, path: [field], extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('stores values at their limits unchanged', async () => {
  const input = {
    title: '😀'.repeat(200),
    description: 'x'.repeat(10_000),
    dueAt: '9999-12-31T23:59:59.999Z',
    priority: 'HIGH',
  };
  const query = 'mutation ($v: CreateTaskInput!) { createTask(input: $v) { title description dueAt priority } }';
  expect((await fixture.executeAsBob(query, { v: input })).body).toEqual({ data: { createTask: input } });
});
