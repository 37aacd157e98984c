import { useMutation } from '@apollo/client/react';
import { CreateTaskDocument } from '../../graphql/generated/graphql.ts';
import { updateCachedList } from './cached-list.ts';

/** What the id of a task begins with that the API has not confirmed yet. */
const PENDING = 'pending:';

/** Whether a task is shown ahead of the API's answer, and cannot be changed yet. */
export const isPending = (id: string) => id.startsWith(PENDING);

/** Adds a task; it stands on top of the list at once, and goes again should the API refuse it. */
export function useCreateTask() {
  const [mutate] = useMutation(CreateTaskDocument);
  return (title: string) =>
    mutate({
      variables: { input: { title } },
      optimisticResponse: {
        __typename: 'Mutation',
        createTask: {
          __typename: 'Task',
          id: `${PENDING}${crypto.randomUUID()}`,
          title,
          description: '',
          done: false,
          dueAt: null,
          priority: 'NORMAL',
        },
      },
      update: (cache, { data }) => {
        const node = data?.createTask;
        if (!node) return;
        updateCachedList(cache, ({ totalCount, edges }) => ({
          totalCount: totalCount + 1,
          edges: [{ __typename: 'TaskEdge', cursor: '', node }, ...edges],
        }));
      },
    });
}
