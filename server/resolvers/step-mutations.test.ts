import { describe, expect, test } from 'vitest';
import { stubData, NO_FIELDS, callResolver } from '../../test/support/resolver-harness.ts';
import type { OwnedData } from '../data/owned-data.ts';

describe('addStep', () => {
  const add = (input: Record<string, unknown>, data: OwnedData) =>
    callResolver('Mutation.addStep', { taskId: 'a', input }, data);

  test.each([
    [{ title: ' s ' }, { title: 's', done: false }],
    [
      { title: 's', done: true },
      { title: 's', done: true },
    ],
  ])('of %j asks for it with the title trimmed; it is not done unless it says so', async (input, step) => {
    const data = stubData();
    await add(input, data);
    expect(data.steps.add).toHaveBeenCalledWith('a', step, NO_FIELDS);
  });

  test.each([
    [{}, 'title'],
    [{ title: null, done: true }, 'title'],
    [{ title: ' ' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ title: 's', done: null }, 'done'],
  ])('of %.30j names the field and asks for nothing', async (input, field) => {
    const data = stubData();
    const extensions = { code: 'BAD_USER_INPUT', field: `input.${field}` };
    await expect(add(input, data)).rejects.toMatchObject({ extensions });
    expect(data.steps.add).not.toHaveBeenCalled();
  });

  test('to a task that is full says so, and what would help', async () => {
    await expect(add({ title: 's' }, stubData({}, { add: async () => 'full' }))).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'taskId', rule: expect.stringContaining('at most 100 steps') },
    });
  });
});

test.each([
  [{}, {}],
  [{ title: ' s ' }, { title: 's' }],
  [{ done: false }, { done: false }],
])('updateStep asks to change what was given and nothing else: %j', async (input, changes) => {
  const data = stubData();
  await callResolver('Mutation.updateStep', { id: 's', input }, data);
  expect(data.steps.update).toHaveBeenCalledWith('s', changes, NO_FIELDS);
});
