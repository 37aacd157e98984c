import type { ApolloClient } from '@apollo/client';
import { CreateTaskDocument, type Priority } from '../../graphql/generated/operations.ts';
import { randomId } from '../../graphql/random-id.ts';
import { whileChanging } from './cached-list.ts';
import { updateViews } from './update-views.ts';
import { PENDING } from './pending.ts';

/** The fields of a new task besides its title. */
export interface TaskDetails {
  readonly dueAt: string | null;
  readonly priority: Priority;
}
const NO_DETAILS: TaskDetails = { dueAt: null, priority: 'NORMAL' };

/** Adds a task; it is in the lists at once, and removed if the API rejects it. */
export function createTask(client: ApolloClient, title: string, details = NO_DETAILS) {
  const now = new Date().toISOString();
  return whileChanging(client.cache, () =>
    client.mutate({
      mutation: CreateTaskDocument,
      variables: { input: { title, ...details } },
      optimisticResponse: {
        __typename: 'Mutation',
        createTask: {
          __typename: 'Task',
          id: `${PENDING}${randomId()}`,
          title,
          description: '',
          done: false,
          ...details,
          // The API puts it at the top.
          position: Number.MIN_SAFE_INTEGER,
          version: 1,
          createdAt: now,
          updatedAt: now,
          steps: [],
        },
      },
      update: (cache, { data }) => {
        if (data) updateViews(cache, { before: null, after: data.createTask });
      },
    }),
  );
}
