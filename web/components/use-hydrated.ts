import { useSyncExternalStore } from 'react';

const noSubscription = () => () => undefined;

/** Returns whether the page is hydrated: false on the server and in the first render in the browser. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    noSubscription,
    () => true,
    () => false,
  );
}
