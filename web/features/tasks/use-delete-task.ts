import { useMutation } from '@apollo/client/react';
import { DeleteTaskDocument } from '../../graphql/generated/graphql.ts';
import { updateCachedList } from './cached-list.ts';

/** Deletes a task; it goes from the list at once, and comes back should the API refuse. */
export function useDeleteTask() {
  const [mutate] = useMutation(DeleteTaskDocument);
  return (id: string) =>
    mutate({
      variables: { id },
      optimisticResponse: { __typename: 'Mutation', deleteTask: id },
      update: (cache) => {
        updateCachedList(cache, ({ totalCount, edges }) => ({
          totalCount: totalCount - 1,
          edges: edges.filter(({ node }) => node.id !== id),
        }));
        cache.evict({ id: `Task:${id}` });
        cache.gc();
      },
    });
}
