import { describe, expect, test, vi } from 'vitest';
import { stubData, NO_FIELDS, callResolver } from '../../test/support/resolver-harness.ts';

describe('createTask', () => {
  test('creates a task with a trimmed title, and drops `userId`', async () => {
    const data = stubData();
    const input = { title: '  milk ', description: ' two ', priority: 'HIGH', userId: 'another' };
    await callResolver('Mutation.createTask', { input }, data);
    expect(data.tasks.create).toHaveBeenCalledWith(
      {
        title: 'milk',
        description: ' two ',
        dueAt: null,
        priority: 'HIGH',
      },
      NO_FIELDS,
    );
  });

  test.each([{ title: ' ' }, { title: '\0' }, { title: 't', description: 'x'.repeat(10_001) }])(
    'creates nothing for an invalid value: %.40j',
    async (invalid) => {
      const data = stubData();
      const input = { description: '', priority: 'LOW', ...invalid };
      await expect(callResolver('Mutation.createTask', { input }, data)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
      expect(data.tasks.create).not.toHaveBeenCalled();
    },
  );

  test('of a deleted account is UNAUTHENTICATED', async () => {
    const data = stubData({ create: async () => null });
    const input = { title: 't', description: '', priority: 'LOW' };
    await expect(callResolver('Mutation.createTask', { input }, data)).rejects.toMatchObject({
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
  ])('with %j changes only these fields', async (input, changes) => {
    const data = stubData();
    await callResolver('Mutation.updateTask', { id: 'a', input }, data);
    expect(data.tasks.update).toHaveBeenCalledWith('a', changes, null, NO_FIELDS);
  });

  test.each(['title', 'description', 'done', 'priority'])('rejects null for %s', async (field) => {
    const data = stubData();
    await expect(
      callResolver('Mutation.updateTask', { id: 'a', input: { [field]: null } }, data),
    ).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: `input.${field}` },
    });
    expect(data.tasks.update).not.toHaveBeenCalled();
  });
});

test.each([
  [{ expectedVersion: 4 }, 4],
  [{ expectedVersion: null }, null],
  [{}, null],
])('updateTask with %j expects version %s, and a conflict has the current version', async (args, expected) => {
  const data = stubData({ update: vi.fn(async () => ({ currentVersion: 7 })) });
  await expect(callResolver('Mutation.updateTask', { id: 'a', input: {}, ...args }, data)).rejects.toMatchObject({
    extensions: { code: 'CONFLICT', currentVersion: 7 },
  });
  expect(data.tasks.update).toHaveBeenCalledWith('a', {}, expected, NO_FIELDS);
});

describe('updateTasks', () => {
  test('marks each of the tasks once, in the order of the ids', async () => {
    const data = stubData();
    await callResolver('Mutation.updateTasks', { ids: ['b', 'a', 'b'], done: true }, data);
    expect(data.tasks.updateMany).toHaveBeenCalledWith(['b', 'a'], true, NO_FIELDS);
  });

  // covers: TASKAPI-01
  test.each([0, 101])('rejects %i ids, and changes nothing', async (length) => {
    const data = stubData();
    const ids = Array.from({ length }, (_, index) => `${index}`);
    await expect(callResolver('Mutation.updateTasks', { ids, done: true }, data)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'ids', rule: 'length', min: 1, max: 100 },
    });
    expect(data.tasks.updateMany).not.toHaveBeenCalled();
  });
});

test.each([
  [{}, null],
  [{ done: null }, null],
  [{ done: true }, true],
  [{ done: false }, false],
])('clearTasks with %j clears tasks with done = %s', async (args, done) => {
  const data = stubData();
  expect(await callResolver('Mutation.clearTasks', args, data)).toBe(3);
  expect(data.tasks.clear).toHaveBeenCalledWith(done);
});
