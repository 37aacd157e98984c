import { useCallback, useSyncExternalStore } from 'react';
import { subscribeEveryMinute } from '../../components/use-now.ts';
import { dayOf } from './due-label.ts';

const today = () => dayOf(new Date());

/**
 * Returns the viewer's day, as `2026-11-21`.
 * @param initial the day on the server, which does not know the viewer's clock and time zone: for the first render
 */
export function useToday(initial: string): string {
  return useSyncExternalStore(
    subscribeEveryMinute,
    today,
    useCallback(() => initial, [initial]),
  );
}
