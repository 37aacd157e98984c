import { describe, expect, test, vi } from 'vitest';
import { stubData, NO_FIELDS, callResolver } from '../../test/support/resolver-harness.ts';

describe('createTask', () => {
  test('asks for a task with the texts trimmed and checked; whose it is, is not asked', async () => {
    const data = stubData();
    const input = { title: '  milk ', description: ' two ', priority: 'HIGH', userId: 'somebody' };
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
    'asks for nothing when a value is bad: %.40j',
    async (bad) => {
      const data = stubData();
      const input = { description: '', priority: 'LOW', ...bad };
      await expect(callResolver('Mutation.createTask', { input }, data)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
      expect(data.tasks.create).not.toHaveBeenCalled();
    },
  );

  test('for an account that is gone is told like a bad token', async () => {
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
  ])('asks to change what was given and nothing else: %j', async (input, changes) => {
    const data = stubData();
    await callResolver('Mutation.updateTask', { id: 'a', input }, data);
    expect(data.tasks.update).toHaveBeenCalledWith('a', changes, null, NO_FIELDS);
  });

  test.each(['title', 'description', 'done', 'priority'])('does not take null for %s', async (field) => {
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
])('updateTask with %j expects version %s, and a conflict says which it is', async (args, expected) => {
  const data = stubData({ update: vi.fn(async () => ({ currentVersion: 7 })) });
  await expect(callResolver('Mutation.updateTask', { id: 'a', input: {}, ...args }, data)).rejects.toMatchObject({
    extensions: { code: 'CONFLICT', currentVersion: 7 },
  });
  expect(data.tasks.update).toHaveBeenCalledWith('a', {}, expected, NO_FIELDS);
});

test.each([
  [{}, null],
  [{ done: null }, null],
  [{ done: true }, true],
  [{ done: false }, false],
])('clearTasks with %j asks to clear %s', async (args, done) => {
  const data = stubData();
  expect(await callResolver('Mutation.clearTasks', args, data)).toBe(3);
  expect(data.tasks.clear).toHaveBeenCalledWith(done);
});
