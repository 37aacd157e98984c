import { expect, test } from 'vitest';
import { stubData, callResolver } from '../../test/support/resolver-harness.ts';
import { anonymousContext } from '../context.ts';

test.each([
  ['Mutation.updateTask', { id: 'a', input: {} }],
  ['Mutation.updateTask', { id: 'a', input: {}, expectedVersion: 1 }],
  ['Mutation.updateTasks', { ids: ['a', 'b'], done: true }],
  ['Mutation.deleteTask', { id: 'a' }],
  ['Mutation.restoreTask', { id: 'a' }],
  ['Mutation.moveTask', { id: 'a' }],
  ['Mutation.addStep', { taskId: 'a', input: { title: 's' } }],
  ['Mutation.updateStep', { id: 'a', input: {} }],
  ['Mutation.deleteStep', { id: 'a' }],
])('%s on a row that does not exist is NOT_FOUND', async (coordinate, args) => {
  const none = { update: async () => null, delete: async () => false };
  const data = stubData(
    { ...none, updateMany: async () => null, restore: async () => null, move: async () => null },
    { ...none, add: async () => null },
  );
  await expect(callResolver(coordinate, args, data)).rejects.toMatchObject({ extensions: { code: 'NOT_FOUND' } });
});

test('a resolver that reads `data` in an anonymous request throws', () => {
  expect(() => anonymousContext('r').data).toThrow('A resolver read `data` in an anonymous request');
});
