import { useMutation } from '@apollo/client/react';
import { DeleteTaskDocument } from '../../graphql/generated/graphql.ts';
import { updateCachedList, withoutTask } from './cached-list.ts';

/** Returns a function that deletes a task; it leaves the list at once, and comes back if the API rejects that. */
export function useDeleteTask() {
  const [mutate] = useMutation(DeleteTaskDocument);
  return (id: string) =>
    mutate({
      variables: { id },
      optimisticResponse: { __typename: 'Mutation', deleteTask: id },
      update: (cache) => {
        updateCachedList(cache, (list) => withoutTask(list, id));
        cache.evict({ id: `Task:${id}` });
        cache.gc();
      },
    });
}
