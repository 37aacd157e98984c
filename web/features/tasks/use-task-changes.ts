import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useMemo } from 'react';

type Changes = typeof import('./task-changes.ts');
type Bound<Change> = Change extends (client: ApolloClient, ...args: infer Args) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : never;

const load = () => import('./task-changes.ts');

/** Loads the changes of tasks, so that the first one need not wait. A failure shows when a change loads them again. */
export const preloadTaskChanges = (): void => void load().catch(() => undefined);

/**
 * Returns the changes of tasks (task-changes.ts) for the page's client; always the same functions. They are not in the
 * page's first load: with them come their operations, and the code that places tasks in the cached views.
 */
export function useTaskChanges(): { readonly [Name in keyof Changes]: Bound<Changes[Name]> } {
  const client = useApolloClient();
  return useMemo(
    () => ({
      createTask: async (...args) => (await load()).createTask(client, ...args),
      deleteTask: async (...args) => (await load()).deleteTask(client, ...args),
      markTasks: async (...args) => (await load()).markTasks(client, ...args),
      moveRow: async (...args) => (await load()).moveRow(client, ...args),
      moveTask: async (...args) => (await load()).moveTask(client, ...args),
      removeTask: async (...args) => (await load()).removeTask(client, ...args),
      restoreTask: async (...args) => (await load()).restoreTask(client, ...args),
      toggleTask: async (...args) => (await load()).toggleTask(client, ...args),
      updateTask: async (...args) => (await load()).updateTask(client, ...args),
    }),
    [client],
  );
}
