import { DUE_DATE } from '../../words.ts';

/** The locale of dates: the client is in English, whatever the browser prefers. */
const LOCALE = 'en-GB';

const DAY = 86_400_000;

/**
 * The time of day, in UTC, that marks a `dueAt` as a date without a time (decision 052). Not midnight: that is 16:00 in
 * Los Angeles, a time that another client may mean.
 */
const DATE_ONLY = 'T23:59:59.000Z';

/** Returns the day of a time, as `2026-11-21`. Default time zone: the viewer's. */
export function dayOf(time: Date, timeZone?: string): string {
  return format(time, 'sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
}

/** The formats in UTC, made once: to make one takes longer than to render its row. The viewer's time zone may change. */
const utcFormats = new Map<string, Intl.DateTimeFormat>();

function format(time: Date, locale: string, options: Intl.DateTimeFormatOptions): string {
  const key = locale + JSON.stringify(options);
  const known = utcFormats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  if (options.timeZone) utcFormats.set(key, known);
  return known.format(time);
}

/** Returns the day of a `dueAt` that is a date without a time; undefined for a time. */
function dateOnly(due: Date): string | undefined {
  const text = due.toISOString();
  return text.endsWith(DATE_ONLY) ? text.slice(0, -DATE_ONLY.length) : undefined;
}

/** Returns the value of a date input for a task's `dueAt`: its date, or the day of its time in the viewer's time zone. */
export function dateInputValue(dueAt: string | null): string {
  if (dueAt === null) return '';
  const due = new Date(dueAt);
  return dateOnly(due) ?? dayOf(due);
}

/** Returns the `dueAt` for the value of a date input: the same in every time zone. Null for an empty input. */
export function dueAtOn(day: string): string | null {
  return day === '' ? null : `${day}${DATE_ONLY}`;
}

/** A due date as text, and whether it has passed. */
export interface DueLabel {
  readonly text: string;
  readonly overdue: boolean;
}

/**
 * Formats a due date. A date is the same day in every time zone, and is overdue when the viewer's day is a later one; a
 * time is shown as its day in the viewer's time zone.
 * @param now the viewer's time; null on the server, which does not know the viewer's clock and time zone
 */
export function dueLabel(dueAt: string, now: Date | null): DueLabel {
  const due = new Date(dueAt);
  const date = dateOnly(due);
  const timeZone = date === undefined && now !== null ? undefined : 'UTC';
  const day = dayOf(due, timeZone);
  const today = now === null ? null : dayOf(now);
  const sameYear = today === null || day.slice(0, 4) === today.slice(0, 4);
  const text = format(due, LOCALE, {
    timeZone,
    weekday: sameYear ? 'short' : undefined,
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
    // The day in UTC alone would be another day than the viewer's: with its time and zone it is true everywhere.
    ...(date === undefined && now === null && { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }),
  });
  if (now === null || today === null) return { text, overdue: false };
  const days = Math.round((Date.parse(day) - Date.parse(today)) / DAY);
  const near = new Map([
    [-1, DUE_DATE.yesterday],
    [0, DUE_DATE.today],
    [1, DUE_DATE.tomorrow],
  ]).get(days);
  return { text: near ?? text, overdue: date === undefined ? due < now : date < today };
}
