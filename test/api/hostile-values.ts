/** Encodes any value in the format of a cursor. */
export const forgeCursor = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Every sort order of tasks, as a cursor contains it. */
export const ORDERS = ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'DUE_AT', 'PRIORITY', 'TITLE'].flatMap((field) => [
  `${field} ASC`,
  `${field} DESC`,
]);

/** An id that no row has. */
export const MISSING_ID = '01900000-0000-7000-8000-00000000000a';

/** Values that break parsers, coercions, comparisons, the PostgreSQL protocol or table constraints. */
export const HOSTILE_VALUES: readonly unknown[] = Object.values<readonly unknown[]>({
  numbers: [0, -0, -1, 1, 101, 1e9, 2 ** 31 - 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1.5, 1e308, 5e-324],
  'no values': [null, true, false],
  characters: ['', ' ', '\0', 'a\0b', '\ud800', 'a\udc00b', '\uffff', '\u202e', 'é', '😀'],
  'names of prototypes': ['__proto__', 'constructor', 'toString'],
  SQL: ['%', '_', '\\', "'", '"', '$1', ':viewer', '--', "'; drop table app.task; --"],
  'numbers as text': ['NaN', 'Infinity', '-1', '1e309'],
  'other languages': ['null', 'undefined', '[object Object]', '{}', '<script>', '../../etc/passwd'],
  lengths: ['x'.repeat(60_000), '😀'.repeat(201)],
  ids: [
    MISSING_ID,
    MISSING_ID.toUpperCase(),
    `{${MISSING_ID}}`,
    MISSING_ID.replaceAll('-', ''),
    ` ${MISSING_ID}`,
    `${MISSING_ID}\n`,
    `urn:uuid:${MISSING_ID}`,
  ],
  days: ['2026-11-21', '2026-02-30T00:00:00Z', '+275760-09-13T00:00:00Z'],
  years: ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '10000-01-01T00:00:00Z'],
  offsets: ['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00', '2026-11-21T09:30:00+99:99'],
  'versions of ids': [MISSING_ID.replace('7', '4'), 'f'.repeat(32), '00000000-0000-0000-0000-000000000000'],
  lists: [[], [null], [[]], ['x']],
  objects: [{}, { a: 1 }, { title: {} }, { length: 1 }, JSON.parse('{"then":1}'), { toString: 1 }],
}).flat();

/** Forged cursors: each order with keys of each kind, and values of another shape. */
export const HOSTILE_CURSORS: readonly string[] = [
  ...ORDERS.flatMap((order) =>
    ['0', 'null', '1e309', '-0', 'NaN', '"x"', '"1"', '"\\u0000"', '"\\ud800"', `"${'9'.repeat(30)}"`, '[]'].map(
      (key) => forgeCursor(`["${order}",${key},"${MISSING_ID}"]`),
    ),
  ),
  ...[[0, MISSING_ID], '[1e309,"x"]', ['POSITION ASC', 0, MISSING_ID, 1], ['POSITION ASC', 0], {}].map(forgeCursor),
];

export const CREATE_TASK = 'mutation ($v: CreateTaskInput!) { createTask(input: $v) { id title description dueAt } }';
export const UPDATE_TASK =
  'mutation ($id: ID!, $v: UpdateTaskInput!) { updateTask(id: $id, input: $v) { id title description dueAt } }';
export const ADD_STEP = 'mutation ($id: ID!, $v: StepInput!) { addStep(taskId: $id, input: $v) { id title done } }';
export const UPDATE_STEP = 'mutation ($id: ID!, $v: StepInput!) { updateStep(id: $id, input: $v) { id title done } }';
export const FILTERED_LIST = 'query ($v: TaskFilter) { tasks(filter: $v) { totalCount nodes { userId } } }';
const ORDERED_LIST = 'query ($v: TaskOrder) { tasks(orderBy: $v) { nodes { userId } pageInfo { endCursor } } }';
const UNKNOWN_FIELDS = ['__proto__', 'constructor', 'toString', 'titel', 'userId'];

/** Documents with a variable for the value, and the fields of its input object if it is one. */
const DOCUMENTS: readonly (readonly [query: string, fields?: readonly string[]])[] = [
  ['query ($v: ID!) { task(id: $v) { id userId } }'],
  ['query ($v: ID!) { user(id: $v) { id } }'],
  ['query ($v: ID) { tasks(userId: $v) { totalCount nodes { userId } } }'],
  ['query ($v: Int) { tasks(first: $v) { totalCount nodes { userId } } }'],
  ...ORDERS.map((order) => [pageQuery(order)] as const),
  ['query ($v: Int) { viewer { tasks(first: $v) { nodes { userId steps { userId } } } } }'],
  ['query ($v: String) { viewer { tasks(after: $v) { nodes { userId } } } }'],
  ['query ($v: Boolean!) { status @skip(if: $v) { ok } }'],
  ['query ($v: Boolean!) { tasks { nodes { userId title @include(if: $v) } } }'],
  ['mutation ($v: ID!) { deleteTask(id: $v) }'],
  ['mutation ($v: ID!) { restoreTask(id: $v) { id userId } }'],
  ['mutation ($v: [ID!]!) { updateTasks(ids: $v, done: true) { id userId } }'],
  ['mutation ($v: ID!) { deleteStep(id: $v) }'],
  ['mutation ($v: ID!) { updateTask(id: $v, input: {}) { id userId } }'],
  ['mutation ($id: ID!, $v: Int) { updateTask(id: $id, input: {}, expectedVersion: $v) { id userId } }'],
  ['mutation ($v: ID!) { moveTask(id: $v) { userId } }'],
  ['mutation ($id: ID!, $v: ID) { moveTask(id: $id, after: $v) { userId } }'],
  ['mutation ($v: ID!) { addStep(taskId: $v, input: { title: "s" }) { userId } }'],
  ['mutation ($v: ID!) { updateStep(id: $v, input: {}) { userId } }'],
  ['mutation ($v: Boolean) { clearTasks(done: $v) undone: createTask(input: { title: "" }) { id } }'],
  [CREATE_TASK],
  [ADD_STEP],
  [FILTERED_LIST],
  [ORDERED_LIST],
  [CREATE_TASK, ['title', 'description', 'dueAt', 'priority', ...UNKNOWN_FIELDS]],
  [UPDATE_TASK, ['title', 'description', 'done', 'dueAt', 'priority', ...UNKNOWN_FIELDS]],
  [ADD_STEP, ['title', 'done', ...UNKNOWN_FIELDS]],
  [UPDATE_STEP, ['title', 'done', ...UNKNOWN_FIELDS]],
  [FILTERED_LIST, ['done', 'text', 'dueAfter', 'dueBefore', ...UNKNOWN_FIELDS]],
  [ORDERED_LIST, ['field', 'direction', ...UNKNOWN_FIELDS]],
];

/** Returns a query for a page of tasks in an order, after a cursor. */
export function pageQuery(order: string): string {
  const [field, direction] = order.split(' ');
  const orderBy = `{ field: ${field}, direction: ${direction} }`;
  return `query ($v: String) { tasks(orderBy: ${orderBy}, after: $v) { totalCount nodes { userId } } }`;
}

/** Every position of an input value: a document, and a field of its input object if it is one. */
export const INPUT_POSITIONS = DOCUMENTS.flatMap(([query, fields]): InputPosition[] =>
  fields === undefined
    ? [{ query, position: query.slice(query.indexOf('{')), field: null }]
    : fields.map((field) => ({ query, position: `${/\$v: (\w+)/.exec(query)?.[1]}.${field}`, field })),
);
interface InputPosition {
  readonly query: string;
  readonly position: string;
  readonly field: string | null;
}

/** Returns the variable's value: the value itself, or an input object with it and the required fields. */
export function inputValue(value: unknown, field: string | null, query: string): unknown {
  if (field === null) return value;
  const requiredFields =
    query === CREATE_TASK || query === UPDATE_TASK || query === ADD_STEP || query === UPDATE_STEP
      ? [['title', 't']]
      : [];
  return Object.fromEntries([...requiredFields, [field, value]]);
}
