import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scene, scene } from '../walls/scene.ts';
import { type Answer, type Api, codes, startApi } from './api.ts';
import { mint } from './token.ts';

let there: Scene;
let api: Api;

beforeAll(async () => {
  there = await scene();
  api = await startApi(there.source);
});
afterAll(async () => {
  await api.close();
  await there.end();
});

const asBob = (query: string, variables?: Record<string, unknown>) =>
  api.ask(query, { token: mint(there.bob), ...(variables && { variables }) });

const cursor = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const ID = '01900000-0000-7000-8000-00000000000a';
/** One value of each kind that goes wrong somewhere: at a parser, a coercion, a comparison, the wire, the table. */
const HOSTILE: readonly unknown[] = Object.values<readonly unknown[]>({
  numbers: [0, -0, -1, 1, 101, 1e9, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1.5, 1e308, 5e-324],
  'no values': [null, true, false],
  characters: ['', ' ', '\0', 'a\0b', '\ud800', 'a\udc00b', '\uffff', '\u202e', 'é', '😀'],
  'names of prototypes': ['__proto__', 'constructor', 'toString'],
  SQL: ['%', '_', '\\', "'", '"', '$1', ':viewer', '--', "'; drop table app.task; --"],
  'numbers as text': ['NaN', 'Infinity', '-1', '1e309'],
  'other languages': ['null', 'undefined', '[object Object]', '{}', '<script>', '../../etc/passwd'],
  lengths: ['x'.repeat(60_000), '😀'.repeat(201)],
  ids: [ID, ID.toUpperCase(), `{${ID}}`, ID.replaceAll('-', ''), ` ${ID}`, `${ID}\n`, `urn:uuid:${ID}`],
  days: ['2026-11-21', '2026-02-30T00:00:00Z', '+275760-09-13T00:00:00Z'],
  years: ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00'],
  cursors: [[0, ID], [null, ID], '[1e309,"x"]', `[-0,"${ID}"]`, [0, ID, 1], {}].map(cursor),
  lists: [[], [null], [[]], ['x']],
  objects: [{}, { a: 1 }, { title: {} }, { length: 1 }, JSON.parse('{"then":1}'), { toString: 1 }],
}).flat();

const CREATE = 'mutation ($v: CreateTaskInput!) { createTask(input: $v) { id title description dueAt } }';
const UPDATE =
  'mutation ($id: ID!, $v: UpdateTaskInput!) { updateTask(id: $id, input: $v) { id title description dueAt } }';
const CREATE_FIELDS = ['title', 'description', 'dueAt', 'priority', 'userId', '__proto__', 'constructor', 'titel'];
const UPDATE_FIELDS = ['title', 'description', 'done', 'dueAt', 'priority'];
/** Every place where a value enters: the document, and the field of its input object where it has one. */
const PLACES: readonly (readonly [place: string, query: string, field?: string])[] = [
  ['task(id:)', 'query ($v: ID!) { task(id: $v) { id } }'],
  ['user(id:)', 'query ($v: ID!) { user(id: $v) { id } }'],
  ['tasks(userId:)', 'query ($v: ID) { tasks(userId: $v) { totalCount } }'],
  ['tasks(first:)', 'query ($v: Int) { tasks(first: $v) { totalCount } }'],
  ['tasks(after:)', 'query ($v: String) { tasks(after: $v) { totalCount } }'],
  ['@skip(if:)', 'query ($v: Boolean!) { status @skip(if: $v) { ok } }'],
  ['deleteTask(id:)', 'mutation ($v: ID!) { deleteTask(id: $v) }'],
  ['updateTask(id:)', 'mutation ($v: ID!) { updateTask(id: $v, input: {}) { id } }'],
  ['createTask(input:)', CREATE],
  ...CREATE_FIELDS.map((field) => [`CreateTaskInput.${field}`, CREATE, field] as const),
  ...UPDATE_FIELDS.map((field) => [`UpdateTaskInput.${field}`, UPDATE, field] as const),
];

const REFUSALS = ['BAD_USER_INPUT', 'FORBIDDEN', 'NOT_FOUND', 'BAD_REQUEST'];
/** What no answer may tell of what is inside. */
const INSIDE =
  /INTERNAL|UNAVAILABLE|stack|at \w+ \(|node_modules|select |insert |update app|violates|constraint|pg_|syntax error at/i;

describe('no value is a fault of the server’s', () => {
  test.each(PLACES.map(([place, query, field]) => ({ place, query, field })))('in $place', async ({ query, field }) => {
    const look = async (value: unknown) => {
      const v = field === undefined ? value : { title: 't', [field]: value };
      const answer = await asBob(query, { v, ...(query === UPDATE && { id: there.bobsTask }) });
      const said = `${JSON.stringify(value).slice(0, 60)}: ${answer.text.slice(0, 300)}`;
      expect([200, 400, 403], said).toContain(answer.status);
      expect(answer.body, said).not.toBeNull();
      for (const code of codes(answer)) expect(REFUSALS, said).toContain(code);
      expect(answer.text.replaceAll(JSON.stringify(value).slice(1, -1), ''), said).not.toMatch(INSIDE);
    };
    await Promise.all(HOSTILE.map(look));
    expect(api.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  test('written into the document either', async () => {
    const literals = [
      '2147483648',
      '-2147483649',
      '1e309',
      '-1e309',
      '0x1',
      '1.5',
      '""',
      '"\\u0000"',
      '"\\uD800"',
      '"\\u{110000}"',
      'null',
      'true',
      'ENUM',
      '[1]',
      '{}',
      '{ __proto__: 1 }',
      '$undefined',
      '"""\u0000"""',
    ];
    const places = [
      '{ tasks(first: _) { totalCount } }',
      '{ tasks(after: _) { totalCount } }',
      '{ task(id: _) { id } }',
      'mutation { createTask(input: { title: _ }) { id } }',
      'mutation { createTask(input: { title: "t", dueAt: _ }) { id } }',
      'mutation { createTask(input: _) { id } }',
    ];
    for (const place of places)
      for (const literal of literals) {
        const answer = await asBob(place.replace('_', literal));
        expect([200, 400], `${place} ${literal} ${answer.text}`).toContain(answer.status);
        expect(codes(answer), `${place} ${literal}`).not.toContain('INTERNAL_SERVER_ERROR');
      }
  });
});

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
  ] as [string, unknown, string, string][])('%s with %j', async (query, v, field, rule) => {
    const answer = await asBob(query, { v, ...(query.includes('$id') && { id: there.bobsTask }) });
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
    const answer = await asBob(CREATE, { v: { title: 't', [field]: value } });
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
    const answer = await asBob(query, { v: null });
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
  expect((await asBob(query, { v: input })).body).toEqual({ data: { createTask: input } });
});
