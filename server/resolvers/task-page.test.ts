import { graphql } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import type { Context } from '../context.ts';
import type { TaskPage } from '../data/task/task-page-query.ts';
import { executableSchema } from '../executable-schema.ts';
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
    expect(data.tasks.page).toHaveBeenCalledWith(page, {
      nodes: NO_FIELDS,
      needsRows: false,
      needsCount: false,
      needsCursors: false,
      needsNextPage: false,
    });
  });

  test.each([
    ['{ nodes { id } totalCount }', false, false],
    ['{ edges { node { id } } }', false, false],
    ['{ edges { cursor } }', true, false],
    ['{ edges { ...E } } fragment E on TaskEdge { at: cursor }', true, false],
    ['{ edges { cursor @skip(if: true) } }', false, false],
    ['{ pageInfo { hasNextPage } }', true, true],
    ['{ pageInfo { endCursor } nodes { id } }', true, true],
  ])('with the selection %s needs cursors: %j, the next page: %j', async (selection, needsCursors, needsNextPage) => {
    const data = stubData();
    const [fields = '', fragment = ''] = selection.split(' fragment');
    const source = `{ tasks ${fields} }${fragment && ` fragment${fragment}`}`;
    const contextValue: Context = { viewer: null, requestId: 'r', data };
    expect(await graphql({ schema: executableSchema(), source, contextValue })).not.toHaveProperty('errors');
    expect(data.tasks.page).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ needsCursors, needsNextPage }),
    );
  });

  test('has an edge for each task, whose cursor is encoded when it is read', async () => {
    const cursorOf = vi.fn<TaskPage['cursorOf']>(({ id }) => `cursor of ${id}`);
    const page = { ...EMPTY_PAGE, nodes: [TASK_ROW], cursorOf };
    const edges = await callResolver('TaskConnection.edges', {}, stubData(), page);
    expect(cursorOf).not.toHaveBeenCalled();
    expect(edges).toEqual([{ node: TASK_ROW, cursor: 'cursor of a' }]);
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
