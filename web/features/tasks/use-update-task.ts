import { useMutation } from '@apollo/client/react';
import { type TaskFieldsFragment, UpdateTaskDocument, type UpdateTaskInput } from '../../graphql/generated/graphql.ts';

/** The properties of a task that this client changes. */
export type TaskChange = Partial<Pick<TaskFieldsFragment, 'title' | 'description' | 'done' | 'dueAt' | 'priority'>>;

/** Changes a task; the change shows at once, and is taken back should the API refuse it. */
export function useUpdateTask() {
  const [mutate] = useMutation(UpdateTaskDocument);
  return (task: TaskFieldsFragment, change: TaskChange) =>
    mutate({
      variables: { id: task.id, input: change satisfies UpdateTaskInput },
      optimisticResponse: { __typename: 'Mutation', updateTask: { ...task, ...change } },
    });
}
