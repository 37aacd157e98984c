import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { anonymousContext, type Context } from '../context.ts';
import type { OwnedData } from '../data/data.ts';
import type { StepRow } from '../data/step.ts';
import type { TaskRow } from '../data/task.ts';
import type { TaskPage } from '../data/task-pages.ts';
import { executableSchema } from '../schema.ts';

const ROW: TaskRow = {
  userId: 'me',
  id: 'a',
  title: 't',
  description: '',
  done: false,
  dueAt: null,
  priority: 'NORMAL',
  position: 0,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  completedAt: null,
};
const STEP: StepRow = { userId: 'me', id: 's', taskId: 'a', title: 's', done: false, position: 1 };

const PAGE: TaskPage = {
  nodes: [],
  totalCount: 0,
  hasNextPage: false,
  hasPreviousPage: false,
  cursorOf: ({ id }) => `cursor of ${id}`,
};

/** Data of which every call is answered like this; what it was asked for can be looked up. */
function dataOf(answers: Partial<OwnedData['tasks']> = {}, stepAnswers: Partial<OwnedData['steps']> = {}) {
  const tasks = {
    byId: vi.fn(async () => null),
    page: vi.fn(async () => PAGE),
    create: vi.fn(async () => ROW),
    update: vi.fn(async () => ({ task: ROW })),
    move: vi.fn(async () => ROW),
    delete: vi.fn(async () => true),
    clear: vi.fn(async () => 3),
    ...answers,
  };
  const noEvents = { nodes: [], hasNextPage: false, hasPreviousPage: false, cursorOf: () => 'cursor' };
  const authEvents = { page: vi.fn(async () => noEvents) };
  const steps = {
    ofTask: vi.fn(async () => []),
    add: vi.fn(async () => STEP),
    update: vi.fn(async () => STEP),
    delete: vi.fn(async () => true),
    ...stepAnswers,
  };
  return { tasks, steps, users: { own: vi.fn(async () => null) }, authEvents, everyOwner: vi.fn(() => authEvents) };
}

const schema = executableSchema();
/** A field with nothing below it. */
const INFO = { fieldNodes: [], fragments: {}, variableValues: {} };
const NOTHING = new Set();

/** Calls the resolver of a field. */
async function resolve(coordinate: string, args: Record<string, unknown>, data: OwnedData, source: unknown = {}) {
  const [type = '', name = ''] = coordinate.split('.');
  const field = schema.getType(type);
  if (!field || !('getFields' in field)) throw new Error(coordinate);
  const { resolve: run } = field.getFields()[name] as { resolve?: (...all: unknown[]) => unknown };
  const context: Context = { viewer: null, requestId: 'r', data };
  return run?.(source, args, context, INFO);
}

describe('createTask', () => {
  test('asks for a task with the texts trimmed and checked; whose it is, is not asked', async () => {
    const data = dataOf();
    const input = { title: '  milk ', description: ' two ', priority: 'HIGH', userId: 'somebody' };
    await resolve('Mutation.createTask', { input }, data);
    expect(data.tasks.create).toHaveBeenCalledWith(
      {
        title: 'milk',
        description: ' two ',
        dueAt: null,
        priority: 'HIGH',
      },
      NOTHING,
    );
  });

  test.each([{ title: ' ' }, { title: '\0' }, { title: 't', description: 'x'.repeat(10_001) }])(
    'asks for nothing when a value is bad: %.40j',
    async (bad) => {
      const data = dataOf();
      const input = { description: '', priority: 'LOW', ...bad };
      await expect(resolve('Mutation.createTask', { input }, data)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
      expect(data.tasks.create).not.toHaveBeenCalled();
    },
  );

  test('for an account that is gone is told like a bad token', async () => {
    const data = dataOf({ create: async () => null });
    const input = { title: 't', description: '', priority: 'LOW' };
    await expect(resolve('Mutation.createTask', { input }, data)).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('updateTask', () => {
  test.each([
    [{}, {}],
    [{ title: ' t ' }, { title: 't' }],
    [{ dueAt: null }, { dueAt: null }],
    [
      { done: false, description: '' },
      { done: false, description: '' },
    ],
  ])('asks to change what was given and nothing else: %j', async (input, changes) => {
    const data = dataOf();
    await resolve('Mutation.updateTask', { id: 'a', input }, data);
    expect(data.tasks.update).toHaveBeenCalledWith('a', changes, null, NOTHING);
  });

  test.each(['title', 'description', 'done', 'priority'])('does not take null for %s', async (field) => {
    const data = dataOf();
    await expect(resolve('Mutation.updateTask', { id: 'a', input: { [field]: null } }, data)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: `input.${field}` },
    });
    expect(data.tasks.update).not.toHaveBeenCalled();
  });
});

describe('addStep', () => {
  const add = (input: Record<string, unknown>, data: OwnedData) =>
    resolve('Mutation.addStep', { taskId: 'a', input }, data);

  test.each([
    [{ title: ' s ' }, { title: 's', done: false }],
    [
      { title: 's', done: true },
      { title: 's', done: true },
    ],
  ])('of %j asks for it with the title trimmed; it is not done unless it says so', async (input, step) => {
    const data = dataOf();
    await add(input, data);
    expect(data.steps.add).toHaveBeenCalledWith('a', step, NOTHING);
  });

  test.each([
    [{}, 'title'],
    [{ title: null, done: true }, 'title'],
    [{ title: ' ' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ title: 's', done: null }, 'done'],
  ])('of %.30j names the field and asks for nothing', async (input, field) => {
    const data = dataOf();
    const extensions = { code: 'BAD_USER_INPUT', field: `input.${field}` };
    await expect(add(input, data)).rejects.toMatchObject({ extensions });
    expect(data.steps.add).not.toHaveBeenCalled();
  });

  test('to a task that is full says so, and what would help', async () => {
    await expect(add({ title: 's' }, dataOf({}, { add: async () => 'full' }))).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'taskId', rule: expect.stringContaining('at most 100 steps') },
    });
  });
});

test.each([
  [{}, {}],
  [{ title: ' s ' }, { title: 's' }],
  [{ done: false }, { done: false }],
])('updateStep asks to change what was given and nothing else: %j', async (input, changes) => {
  const data = dataOf();
  await resolve('Mutation.updateStep', { id: 's', input }, data);
  expect(data.steps.update).toHaveBeenCalledWith('s', changes, NOTHING);
});

test.each([
  [{}, null],
  [{ done: null }, null],
  [{ done: true }, true],
  [{ done: false }, false],
])('clearTasks with %j asks to clear %s', async (args, done) => {
  const data = dataOf();
  expect(await resolve('Mutation.clearTasks', args, data)).toBe(3);
  expect(data.tasks.clear).toHaveBeenCalledWith(done);
});

test.each([
  [{ expectedVersion: 4 }, 4],
  [{ expectedVersion: null }, null],
  [{}, null],
])('updateTask with %j expects version %s, and a conflict says which it is', async (args, expected) => {
  const data = dataOf({ update: vi.fn(async () => ({ currentVersion: 7 })) });
  await expect(resolve('Mutation.updateTask', { id: 'a', input: {}, ...args }, data)).rejects.toMatchObject({
    extensions: { code: 'CONFLICT', currentVersion: 7 },
  });
  expect(data.tasks.update).toHaveBeenCalledWith('a', {}, expected, NOTHING);
});

test.each([
  ['Mutation.updateTask', { id: 'a', input: {} }],
  ['Mutation.updateTask', { id: 'a', input: {}, expectedVersion: 1 }],
  ['Mutation.deleteTask', { id: 'a' }],
  ['Mutation.moveTask', { id: 'a' }],
  ['Mutation.addStep', { taskId: 'a', input: { title: 's' } }],
  ['Mutation.updateStep', { id: 'a', input: {} }],
  ['Mutation.deleteStep', { id: 'a' }],
])('%s on a row that is absent is NOT_FOUND', async (coordinate, args) => {
  const none = { update: async () => null, delete: async () => false };
  const data = dataOf({ ...none, move: async () => null }, { ...none, add: async () => null });
  await expect(resolve(coordinate, args, data)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
});

describe('tasks', () => {
  test.each([
    [{}, 20],
    [{ first: null }, 20],
    [{ first: 1 }, 1],
    [{ first: 100 }, 100],
  ])('%j asks for a page of %i', async (args, size) => {
    const data = dataOf();
    await resolve('Query.tasks', args, data);
    const page = { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: size, after: null };
    expect(data.tasks.page).toHaveBeenCalledWith(page, { nodes: NOTHING, rows: false, count: false });
  });

  test.each([-1, 0, 101, 2 ** 31 - 1])('first: %i asks for none', async (first) => {
    const data = dataOf();
    await expect(resolve('Query.tasks', { first }, data)).rejects.toMatchObject({ extensions: { field: 'first' } });
    expect(data.tasks.page).not.toHaveBeenCalled();
  });

  test('say where a page begins and ends', async () => {
    const page = { ...PAGE, nodes: [ROW, { ...ROW, id: 'b' }], hasNextPage: true };
    expect(await resolve('TaskConnection.pageInfo', {}, dataOf(), page)).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: 'cursor of a',
      endCursor: 'cursor of b',
    });
  });
});

test.each(['Query.viewer', 'Query.user'])(
  '%s of an account that is gone is told like a bad token',
  async (coordinate) => {
    await expect(resolve(coordinate, {}, dataOf())).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  },
);

test('the status names the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await resolve('Query.status', {}, dataOf())).toMatchObject({ version });
});

test('a resolver that runs for nobody and asks for data is a fault of ours', () => {
  expect(() => anonymousContext('r').data).toThrow('A resolver asked for owned data on behalf of nobody');
});
