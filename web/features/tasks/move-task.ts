import type { ApolloClient } from '@apollo/client';
import { MoveTaskDocument } from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
import type { KnownTask } from './list-rules.ts';
import { positionAfter } from './row-place.ts';

/**
 * Moves a task behind another one, or to the top if `after` is null. It is there at once, and goes back if the API
 * rejects that.
 * @param loaded the loaded tasks, in the order of their positions
 */
export function moveTask(client: ApolloClient, loaded: readonly KnownTask[], task: KnownTask, after: string | null) {
  const { id, version, updatedAt } = task;
  const position = positionAfter(loaded, id, after);
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: MoveTaskDocument,
      variables: { id, after },
      optimisticResponse: {
        __typename: 'Mutation',
        moveTask: { __typename: 'Task', id, position, version, updatedAt },
      },
      update: (cache, { data }) => {
        if (data) updateViews(cache, { before: task, after: { ...task, ...data.moveTask } });
      },
    }),
  );
}
