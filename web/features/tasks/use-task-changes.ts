import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useMemo } from 'react';
import { preload } from '../../components/preload.ts';

type Changes = typeof import('./task-changes.ts');
type Bound<Change> = Change extends (client: ApolloClient, ...args: infer Args) => infer Result
  ? (...args: Args) => Promise<Awaited<Result>>
  : never;

const load = () => import('./task-changes.ts');

/** Loads the changes of tasks, so that the first one need not wait. */
export const preloadTaskChanges = (): void => preload(load);

/**
 * Returns the changes that the list itself makes (task-changes.ts), for the page's client; always the same functions. They
 * are not in the page's first load: with them come their operations, and the code that places tasks in the cached views.
 * What is loaded later, as dialogs are, calls the changes directly.
 */
export function useTaskChanges(): { readonly [Name in keyof Changes]: Bound<Changes[Name]> } {
  const client = useApolloClient();
  return useMemo(
    () => ({
      createTask: async (...args) => (await load()).createTask(client, ...args),
      moveRow: async (...args) => (await load()).moveRow(client, ...args),
      removeTask: async (...args) => (await load()).removeTask(client, ...args),
      toggleTask: async (...args) => (await load()).toggleTask(client, ...args),
    }),
    [client],
  );
}
