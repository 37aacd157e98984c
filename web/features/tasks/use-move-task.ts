import { useMutation } from '@apollo/client/react';
import { useCallback } from 'react';
import { MoveTaskDocument } from '../../graphql/generated/graphql.ts';
import { updateViews, whileChanging } from './cached-list.ts';
import type { KnownTask } from './list-rules.ts';
import { positionAfter } from './row-place.ts';

/**
 * Returns a function that moves a task behind another one, or to the top if `after` is null. It is there at once, and
 * goes back if the API rejects that.
 * @param loaded the loaded tasks, in the order of their positions
 */
export function useMoveTask() {
  const [mutate, { client }] = useMutation(MoveTaskDocument);
  return useCallback(
    (loaded: readonly KnownTask[], task: KnownTask, after: string | null) =>
      whileChanging(client.cache, () =>
        mutate({
          variables: { id: task.id, after },
          optimisticResponse: {
            __typename: 'Mutation',
            moveTask: {
              __typename: 'Task',
              id: task.id,
              position: positionAfter(loaded, task.id, after),
              version: task.version,
              updatedAt: task.updatedAt,
            },
          },
          update: (cache, { data }) => {
            if (data) updateViews(cache, { before: task, after: { ...task, ...data.moveTask } });
          },
        }),
      ),
    [mutate, client],
  );
}
