import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { DeleteTaskDocument } from '../../graphql/generated/graphql.ts';
import { updateViews, whileChanging } from './cached-list.ts';
import type { KnownTask } from './list-rules.ts';

/** Deletes a task; it leaves the lists at once, and comes back if the API rejects that. */
export function deleteTask(client: ApolloClient, task: KnownTask) {
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: DeleteTaskDocument,
      variables: { id: task.id },
      optimisticResponse: { __typename: 'Mutation', deleteTask: task.id },
      update: (cache) => {
        updateViews(cache, { before: task, after: null });
        // Without `gc`, which would walk through all loaded tasks.
        cache.evict({ id: `Task:${task.id}` });
      },
    }),
  );
}

/** Returns `deleteTask` for the page's client. */
export function useDeleteTask() {
  const client = useApolloClient();
  return useCallback((task: KnownTask) => deleteTask(client, task), [client]);
}
