import type { ApolloClient } from '@apollo/client';
import {
  type TaskFieldsFragment,
  UpdateTaskDocument,
  type UpdateTaskInput,
} from '../../graphql/generated/operations.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
import type { KnownTask } from './list-rules.ts';

/** The changed fields of a task. */
export type TaskChange = Partial<Pick<TaskFieldsFragment, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/**
 * Updates a task; the change shows at once, in every view, and is reverted if the API rejects it. With `expectedVersion`
 * it is rejected (CONFLICT) if the task has another version. A tick needs none: it cannot overwrite typed text.
 */
export function updateTask(
  client: ApolloClient,
  task: KnownTask,
  change: TaskChange,
  expectedVersion: number | null = null,
) {
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: UpdateTaskDocument,
      variables: {
        id: task.id,
        input: change satisfies UpdateTaskInput,
        expectedVersion,
        withDescription: change.description !== undefined,
      },
      optimisticResponse: {
        __typename: 'Mutation',
        updateTask: { ...task, ...change, __typename: 'Task', updatedAt: new Date().toISOString() },
      },
      update: (cache, { data }) => {
        if (data) updateViews(cache, { before: task, after: { ...task, ...data.updateTask } });
      },
    }),
  );
}
