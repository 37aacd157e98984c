import type { ApolloClient } from '@apollo/client';
import { DeleteTaskDocument } from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
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
