import { useSyncExternalStore } from 'react';

const never = () => () => undefined;

/** Whether scripts have taken over the page: false on the server and in the first pass in the browser. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
