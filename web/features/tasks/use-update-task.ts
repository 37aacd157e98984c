import { useMutation } from '@apollo/client/react';
import { type TaskFieldsFragment, UpdateTaskDocument, type UpdateTaskInput } from '../../graphql/generated/graphql.ts';

/** The changed fields of a task. */
export type TaskChange = Partial<Pick<TaskFieldsFragment, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/**
 * Returns a function that updates a task; the change shows at once, and is reverted if the API rejects it. With
 * `expectedVersion` it is rejected (CONFLICT) if the task has another version. A tick needs none: it cannot overwrite
 * what somebody typed.
 */
export function useUpdateTask() {
  const [mutate] = useMutation(UpdateTaskDocument);
  return (task: TaskFieldsFragment, change: TaskChange, expectedVersion: number | null = null) =>
    mutate({
      variables: { id: task.id, input: change satisfies UpdateTaskInput, expectedVersion },
      optimisticResponse: { __typename: 'Mutation', updateTask: { ...task, ...change } },
    });
}
