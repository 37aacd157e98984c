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
  ])('with %j adds a step with a trimmed title, by default not done', async (input, step) => {
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
  ])('with %.30j is BAD_USER_INPUT with the field, and adds nothing', async (input, field) => {
    const data = stubData();
    const extensions = { code: 'BAD_USER_INPUT', field: `input.${field}` };
    await expect(add(input, data)).rejects.toMatchObject({ extensions });
    expect(data.steps.add).not.toHaveBeenCalled();
  });

  test('to a task with 100 steps is BAD_USER_INPUT with the limit', async () => {
    await expect(add({ title: 's' }, stubData({}, { add: async () => 'full' }))).rejects.toMatchObject({
      message: expect.stringContaining('at most 100 steps'),
      extensions: { code: 'BAD_USER_INPUT', field: 'taskId', rule: 'maxItems', max: 100 },
    });
  });
});

test.each([
  [{}, {}],
  [{ title: ' s ' }, { title: 's' }],
  [{ done: false }, { done: false }],
])('updateStep with %j changes only these fields', async (input, changes) => {
  const data = stubData();
  await callResolver('Mutation.updateStep', { id: 's', input }, data);
  expect(data.steps.update).toHaveBeenCalledWith('s', changes, NO_FIELDS);
});
