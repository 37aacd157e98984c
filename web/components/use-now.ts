import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;

/** Calls back every minute; returns a function that ends it. */
export const subscribeEveryMinute = (onChange: () => void) => {
  const timer = setInterval(onChange, MINUTE);
  return () => clearInterval(timer);
};
const currentMinute = () => Math.floor(Date.now() / MINUTE) * MINUTE;
const serverSnapshot = () => null;

/**
 * Returns the viewer's time, to the minute, in milliseconds since the epoch; null on the server, which does not know the
 * viewer's clock and time zone, and in the first render in the browser, which must match the server's.
 */
export function useNow(): number | null {
  return useSyncExternalStore(subscribeEveryMinute, currentMinute, serverSnapshot);
}
