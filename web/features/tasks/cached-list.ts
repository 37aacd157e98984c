import type { ApolloCache } from '@apollo/client/cache';
import type { Unmasked } from '@apollo/client/masking';
import { TasksDocument, type TasksQuery } from '../../graphql/generated/graphql.ts';
import { FIRST_PAGE } from './first-page.ts';

type CachedList = Unmasked<TasksQuery>['tasks'];

/** Updates the cached task list, as far as it has been fetched. */
export function updateCachedList(
  cache: ApolloCache,
  update: (list: CachedList) => Pick<CachedList, 'totalCount' | 'edges'>,
): void {
  cache.updateQuery({ query: TasksDocument, variables: FIRST_PAGE }, (data) =>
    data ? { ...data, tasks: { ...data.tasks, ...update(data.tasks) } } : undefined,
  );
}
