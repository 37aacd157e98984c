import { expect, test } from 'vitest';
import { createApolloCache } from '../../graphql/apollo-cache.ts';
import { TaskRowFragmentDoc, TasksDocument } from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
import { viewVariables, WHOLE_LIST } from './list-view.ts';
import { TaskPages } from './task-pages.ts';

const node = (id: string) => ({
  __typename: 'Task' as const,
  id,
  title: `Task ${id}`,
  done: false,
  dueAt: null,
  priority: 'NORMAL' as const,
  position: id.charCodeAt(0),
  version: 1,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
  steps: [],
});

/** Returns a cache with one page of the whole list, and functions that change and read it. */
function cacheWith(totalCount: number, ...ids: string[]) {
  const cache = createApolloCache();
  const variables = viewVariables(WHOLE_LIST, '2026-11-21');
  const hasNextPage = totalCount > ids.length;
  cache.writeQuery({
    query: TasksDocument,
    variables: { ...variables, first: 20 },
    data: {
      __typename: 'Query',
      tasks: {
        __typename: 'TaskConnection',
        totalCount,
        pageInfo: { __typename: 'PageInfo', hasNextPage, endCursor: ids.at(-1) ?? null },
        edges: ids.map((id) => ({ __typename: 'TaskEdge' as const, cursor: id, node: node(id) })),
      },
    },
  });
  const pages = new TaskPages(cache, variables);
  const add = (id: string) => {
    cache.writeFragment({ fragment: TaskRowFragmentDoc, data: node(id) });
    updateViews(cache, { before: null, after: node(id) });
  };
  return {
    cache,
    add,
    /** Moves a task to another position, as a mutation does. */
    move: (id: string, position: number) =>
      whileChanging(cache, async () => {
        const after = { ...node(id), position };
        cache.writeFragment({ fragment: TaskRowFragmentDoc, data: after });
        updateViews(cache, { before: node(id), after });
      }),
    remove: (id: string) => updateViews(cache, { before: node(id), after: null }),
    shown: () => [pages.read()?.totalCount, pages.read()?.tasks.map((task) => task.id)],
  };
}

// covers: LIST-04
test('a new task is in the list once: a list that was fetched meanwhile has it already', () => {
  const list = cacheWith(5, 'b');
  list.add('a');
  expect(list.shown()).toEqual([6, ['a', 'b']]);
  list.add('a');
  expect(list.shown()).toEqual([6, ['a', 'b']]);
});

// covers: LIST-04
test('a deleted task leaves the list once: a list that was fetched meanwhile no longer counts it', () => {
  const list = cacheWith(2, 'a', 'b');
  list.remove('a');
  expect(list.shown()).toEqual([1, ['b']]);
  list.remove('a');
  expect(list.shown()).toEqual([1, ['b']]);
});

// covers: LIST-12
test('a task that moves behind the loaded tasks leaves them, and the count stays', async () => {
  const list = cacheWith(5, 'a', 'b', 'c');
  await list.move('a', 200);
  expect(list.shown()).toEqual([5, ['b', 'c']]);
});

// covers: LIST-12
test('the view is loaded again if a task moves to where neither the loaded tasks nor the next page have it', async () => {
  const list = cacheWith(5, 'a', 'b', 'c');
  // The next page begins behind the deleted task.
  list.remove('c');
  await list.move('a', 'b'.charCodeAt(0) + 0.5);
  expect(list.shown()).toEqual([undefined, undefined]);
});
