import { useMutation } from '@apollo/client/react';
import { DeleteTaskDocument, TasksDocument } from '../../graphql/generated/graphql.ts';
import { FIRST_PAGE } from './page-size.ts';

/** Deletes a task; it goes from the list at once, and comes back should the API refuse. */
export function useDeleteTask() {
  const [mutate] = useMutation(DeleteTaskDocument);
  return (id: string) =>
    mutate({
      variables: { id },
      optimisticResponse: { __typename: 'Mutation', deleteTask: id },
      update: (cache) => {
        cache.updateQuery({ query: TasksDocument, variables: FIRST_PAGE }, (list) =>
          list
            ? {
                ...list,
                tasks: {
                  ...list.tasks,
                  totalCount: list.tasks.totalCount - 1,
                  edges: list.tasks.edges.filter(({ node }) => node.id !== id),
                },
              }
            : undefined,
        );
        cache.evict({ id: `Task:${id}` });
        cache.gc();
      },
    });
}
