import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;

const subscribeEveryMinute = (onChange: () => void) => {
  const timer = setInterval(onChange, MINUTE);
  return () => clearInterval(timer);
};
const currentMinute = () => Math.floor(Date.now() / MINUTE) * MINUTE;
const serverSnapshot = () => null;

/**
 * The viewer's clock, to the minute, in milliseconds since the epoch; null on the server and in the first pass in the
 * browser, where neither clock nor time zone is the viewer's.
 */
export function useNow(): number | null {
  return useSyncExternalStore(subscribeEveryMinute, currentMinute, serverSnapshot);
}
