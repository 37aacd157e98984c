import { describe, expect, test } from 'vitest';
import { stubData, NO_FIELDS, EMPTY_PAGE, callResolver, TASK_ROW } from '../../test/support/resolver-harness.ts';

describe('Query.tasks', () => {
  test.each([
    [{}, 20],
    [{ first: null }, 20],
    [{ first: 1 }, 1],
    [{ first: 100 }, 100],
  ])('with %j reads a page of %i', async (args, size) => {
    const data = stubData();
    await callResolver('Query.tasks', args, data);
    const page = { filter: {}, order: { field: 'POSITION', direction: 'ASC' }, first: size, after: null };
    expect(data.tasks.page).toHaveBeenCalledWith(page, { nodes: NO_FIELDS, needsRows: false, needsCount: false });
  });

  test.each([-1, 0, 101, 2 ** 31 - 1])('with first: %i is BAD_USER_INPUT and reads nothing', async (first) => {
    const data = stubData();
    await expect(callResolver('Query.tasks', { first }, data)).rejects.toMatchObject({
      extensions: { field: 'first' },
    });
    expect(data.tasks.page).not.toHaveBeenCalled();
  });

  test('has the first and the last cursor in `pageInfo`', async () => {
    const page = { ...EMPTY_PAGE, nodes: [TASK_ROW, { ...TASK_ROW, id: 'b' }], hasNextPage: true };
    expect(await callResolver('TaskConnection.pageInfo', {}, stubData(), page)).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: 'cursor of a',
      endCursor: 'cursor of b',
    });
  });
});
