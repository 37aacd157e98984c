import type { ApolloClient } from '@apollo/client';
import { RestoreTaskDocument, type TaskRowFragment } from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';

/**
 * Brings a deleted task back: at once, with its steps and at its place in every view; it is gone again if the API
 * rejects that.
 */
export function restoreTask(client: ApolloClient, task: TaskRowFragment) {
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: RestoreTaskDocument,
      variables: { id: task.id },
      optimisticResponse: { __typename: 'Mutation', restoreTask: task },
      update: (cache, { data }) => {
        if (data) updateViews(cache, { before: null, after: data.restoreTask });
      },
    }),
  );
}
