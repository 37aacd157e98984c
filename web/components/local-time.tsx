'use client';
import { useHydrated } from './use-hydrated.ts';

const FORMAT = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;

/**
 * A date with its time, in the viewer's time zone. The server does not know that zone: it renders the time in UTC, and
 * says so.
 */
export function LocalTime({ at }: { at: string }) {
  const hydrated = useHydrated();
  const timeZone = hydrated ? {} : { timeZone: 'UTC', timeZoneName: 'short' as const };
  return <time dateTime={at}>{new Intl.DateTimeFormat('en-GB', { ...FORMAT, ...timeZone }).format(new Date(at))}</time>;
}
