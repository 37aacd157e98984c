import type { ApolloClient } from '@apollo/client';
import { UpdateTasksDocument } from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
import { MAX_BULK_IDS } from './limits.ts';
import type { KnownTask } from './list-rules.ts';
import { PartlyMarkedError } from './partly-marked-error.ts';

/** Marks at most 100 tasks by one request. */
function markPart(client: ApolloClient, tasks: readonly KnownTask[], done: boolean) {
  return client.mutate({
    mutation: UpdateTasksDocument,
    variables: { ids: tasks.map(({ id }) => id), done },
    optimisticResponse: {
      __typename: 'Mutation',
      updateTasks: tasks.map(({ id, version, updatedAt }) => ({
        __typename: 'Task' as const,
        id,
        done,
        version,
        updatedAt,
      })),
    },
    update: (cache, { data }) => {
      const after = data?.updateTasks ?? [];
      updateViews(cache, ...tasks.map((before, index) => ({ before, after: { ...before, ...after[index] } })));
    },
  });
}

/**
 * Marks tasks as done or open: in the API by requests of at most 100 tasks, and at once in the list. A failed request is
 * reverted, and no further one is sent.
 * @param onProgress called with the number of tasks that the API has marked so far
 */
export function markTasks(
  client: ApolloClient,
  tasks: readonly KnownTask[],
  done: boolean,
  onProgress: (marked: number) => void = () => undefined,
): Promise<void> {
  return whileChanging(client.cache, async () => {
    for (let start = 0; start < tasks.length; start += MAX_BULK_IDS) {
      const part = tasks.slice(start, start + MAX_BULK_IDS);
      try {
        await markPart(client, part, done);
      } catch (error) {
        throw start === 0 ? error : new PartlyMarkedError(start, error);
      }
      onProgress(start + part.length);
    }
  });
}
