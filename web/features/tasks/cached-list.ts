import type { ApolloCache } from '@apollo/client/cache';
import type { Unmasked } from '@apollo/client/masking';
import { TasksDocument, type TasksQuery } from '../../graphql/generated/graphql.ts';
import { FIRST_PAGE } from './first-page.ts';

type CachedList = Unmasked<TasksQuery>['tasks'];
type Listed = Pick<CachedList, 'totalCount' | 'edges'>;

/** Returns the list with a new task at the top. Unchanged if it has the task: the list was fetched meanwhile. */
export function withTask(list: Listed, node: CachedList['edges'][number]['node']): Listed {
  if (list.edges.some((edge) => edge.node.id === node.id)) return list;
  return {
    totalCount: list.totalCount + 1,
    edges: [{ __typename: 'TaskEdge', cursor: '', node }, ...list.edges],
  };
}

/** Returns the list without a task. Unchanged if it does not have the task: the list was fetched meanwhile. */
export function withoutTask(list: Listed, id: string): Listed {
  const edges = list.edges.filter(({ node }) => node.id !== id);
  return { totalCount: list.totalCount - (list.edges.length - edges.length), edges };
}

/** Updates the cached task list, as far as it has been fetched. */
export function updateCachedList(cache: ApolloCache, update: (list: CachedList) => Listed): void {
  cache.updateQuery({ query: TasksDocument, variables: FIRST_PAGE }, (data) =>
    data ? { ...data, tasks: { ...data.tasks, ...update(data.tasks) } } : undefined,
  );
}
