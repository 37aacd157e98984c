import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;

const everyMinute = (changed: () => void) => {
  const timer = setInterval(changed, MINUTE);
  return () => clearInterval(timer);
};
const thisMinute = () => Math.floor(Date.now() / MINUTE) * MINUTE;
const unknown = () => null;

/**
 * The viewer's clock, to the minute, in milliseconds since the epoch; null on the server and in the first pass in the
 * browser, where neither clock nor time zone is the viewer's.
 */
export function useNow(): number | null {
  return useSyncExternalStore(everyMinute, thisMinute, unknown);
}
