import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { CreateTaskDocument } from '../../graphql/generated/graphql.ts';
import { randomId } from '../../graphql/random-id.ts';
import { updateViews, whileChanging } from './cached-list.ts';

/** The prefix of the ids of tasks that the API has not confirmed yet. */
const PENDING = 'pending:';

/** Returns whether a task is optimistic: shown before the API's response, and not editable yet. */
export const isPending = (id: string) => id.startsWith(PENDING);

/** Adds a task; it is in the lists at once, and removed if the API rejects it. */
export function createTask(client: ApolloClient, title: string) {
  const now = new Date().toISOString();
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: CreateTaskDocument,
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
          // The API puts it at the top.
          position: Number.MIN_SAFE_INTEGER,
          version: 1,
          createdAt: now,
          updatedAt: now,
        },
      },
      update: (cache, { data }) => {
        if (data) updateViews(cache, { before: null, after: data.createTask });
      },
    }),
  );
}

/** Returns `createTask` for the page's client. */
export function useCreateTask() {
  const client = useApolloClient();
  return useCallback((title: string) => createTask(client, title), [client]);
}
