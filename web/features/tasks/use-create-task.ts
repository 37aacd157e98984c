import { useMutation } from '@apollo/client/react';
import { CreateTaskDocument } from '../../graphql/generated/graphql.ts';
import { randomId } from '../../graphql/random-id.ts';
import { updateCachedList, withTask } from './cached-list.ts';

/** The prefix of the ids of tasks that the API has not confirmed yet. */
const PENDING = 'pending:';

/** Returns whether a task is optimistic: shown before the API's response, and not editable yet. */
export const isPending = (id: string) => id.startsWith(PENDING);

/** Returns a function that adds a task; it is at the top of the list at once, and removed if the API rejects it. */
export function useCreateTask() {
  const [mutate] = useMutation(CreateTaskDocument);
  return (title: string) =>
    mutate({
      variables: { input: { title } },
      optimisticResponse: {
        __typename: 'Mutation',
        createTask: {
          __typename: 'Task',
          id: `${PENDING}${randomId()}`,
          title,
          description: '',
          done: false,
          dueAt: null,
          priority: 'NORMAL',
          version: 1,
        },
      },
      update: (cache, { data }) => {
        const node = data?.createTask;
        if (!node) return;
        updateCachedList(cache, (list) => withTask(list, node));
      },
    });
}
