import { useMutation } from '@apollo/client/react';
import { useCallback } from 'react';
import { RestoreTaskDocument, type TaskRowFragment } from '../../graphql/generated/graphql.ts';
import { updateViews, whileChanging } from './cached-list.ts';

/**
 * Returns a function that brings a deleted task back: at once, with its steps and at its place in every view; it is gone
 * again if the API rejects that.
 */
export function useRestoreTask() {
  const [mutate, { client }] = useMutation(RestoreTaskDocument);
  return useCallback(
    (task: TaskRowFragment) =>
      whileChanging(client.cache, () =>
        mutate({
          variables: { id: task.id },
          optimisticResponse: { __typename: 'Mutation', restoreTask: task },
          update: (cache, { data }) => {
            if (data) updateViews(cache, { before: null, after: data.restoreTask });
          },
        }),
      ),
    [mutate, client],
  );
}
