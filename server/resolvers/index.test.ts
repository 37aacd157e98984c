import { describe, expect, test, vi } from 'vitest';
import { anonymousContext, type Context } from '../context.ts';
import type { OwnedData } from '../data/data.ts';
import type { TaskRow } from '../data/task.ts';
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

/** Data of which every call is answered like this; what it was asked for can be looked up. */
function dataOf(answers: Partial<OwnedData['tasks']> = {}) {
  const tasks = {
    byId: vi.fn(async () => null),
    page: vi.fn(async () => ({ nodes: [], totalCount: 0, hasNextPage: false, hasPreviousPage: false })),
    create: vi.fn(async () => ROW),
    update: vi.fn(async () => ROW),
    delete: vi.fn(async () => true),
    cursorOf: ({ id }: TaskRow) => `cursor of ${id}`,
    ...answers,
  };
  const noEvents = { nodes: [], hasNextPage: false, hasPreviousPage: false };
  const authEvents = { page: vi.fn(async () => noEvents), cursorOf: () => 'cursor' };
  return { tasks, users: { own: vi.fn(async () => null) }, authEvents, everyOwner: vi.fn(() => authEvents) };
}

const schema = executableSchema();

/** Calls the resolver of a field. */
async function resolve(coordinate: string, args: Record<string, unknown>, data: OwnedData, source: unknown = {}) {
  const [type = '', name = ''] = coordinate.split('.');
  const field = schema.getType(type);
  if (!field || !('getFields' in field)) throw new Error(coordinate);
  const { resolve: run } = field.getFields()[name] as { resolve?: (...all: unknown[]) => unknown };
  const context: Context = { viewer: null, requestId: 'r', data };
  return run?.(source, args, context, {});
}

describe('createTask', () => {
  test('asks for a task with the texts trimmed and checked; whose it is, is not asked', async () => {
    const data = dataOf();
    const input = { title: '  milk ', description: ' two ', priority: 'HIGH', userId: 'somebody' };
    await resolve('Mutation.createTask', { input }, data);
    expect(data.tasks.create).toHaveBeenCalledWith({
      title: 'milk',
      description: ' two ',
      dueAt: null,
      priority: 'HIGH',
    });
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
    expect(data.tasks.update).toHaveBeenCalledWith('a', changes);
  });

  test.each(['title', 'description', 'done', 'priority'])('does not take null for %s', async (field) => {
    const data = dataOf();
    await expect(resolve('Mutation.updateTask', { id: 'a', input: { [field]: null } }, data)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: `input.${field}` },
    });
    expect(data.tasks.update).not.toHaveBeenCalled();
  });
});

test.each([
  ['Mutation.updateTask', { id: 'a', input: {} }],
  ['Mutation.deleteTask', { id: 'a' }],
])('%s on a row that is absent is NOT_FOUND', async (coordinate, args) => {
  const data = dataOf({ update: async () => null, delete: async () => false });
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
    expect(data.tasks.page).toHaveBeenCalledWith(size, null);
  });

  test.each([-1, 0, 101, 2 ** 31 - 1])('first: %i asks for none', async (first) => {
    const data = dataOf();
    await expect(resolve('Query.tasks', { first }, data)).rejects.toMatchObject({ extensions: { field: 'first' } });
    expect(data.tasks.page).not.toHaveBeenCalled();
  });

  test('say where a page begins and ends', async () => {
    const page = { nodes: [ROW, { ...ROW, id: 'b' }], totalCount: 2, hasNextPage: true, hasPreviousPage: false };
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

test('a resolver that runs for nobody and asks for data is a fault of ours', () => {
  expect(() => anonymousContext('r').data).toThrow('A resolver asked for owned data on behalf of nobody');
});
