/** The locale of dates: the client is in English, whatever the browser prefers. */
const LOCALE = 'en-GB';

const DAY = 86_400_000;

/** Returns the day of a time, as `2026-11-21`. Default time zone: the viewer's. */
function dayOf(time: Date, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
}

/** Returns the value of a date input for a task's `dueAt`: its day in the viewer's time zone. */
export function dateInputValue(dueAt: string | null): string {
  return dueAt === null ? '' : dayOf(new Date(dueAt));
}

/**
 * Returns the `dueAt` for the value of a date input: the last second of that day in the viewer's time zone, so that a
 * task for today is not overdue at noon. Null for an empty input.
 */
export function dueAtEndOf(day: string): string | null {
  if (day === '') return null;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 23, 59, 59).toISOString();
}

/** A due date as text, and whether it has passed. */
export interface DueLabel {
  readonly text: string;
  readonly overdue: boolean;
}

/**
 * Formats a due date.
 * @param now the viewer's time; null on the server, which does not know the viewer's clock and time zone
 */
export function dueLabel(dueAt: string, now: Date | null): DueLabel {
  const due = new Date(dueAt);
  const timeZone = now === null ? 'UTC' : undefined;
  const sameYear = now === null || dayOf(due).slice(0, 4) === dayOf(now).slice(0, 4);
  const date = new Intl.DateTimeFormat(LOCALE, {
    timeZone,
    weekday: sameYear ? 'short' : undefined,
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
  }).format(due);
  if (now === null) return { text: date, overdue: false };
  const days = Math.round((Date.parse(dayOf(due)) - Date.parse(dayOf(now))) / DAY);
  const near = new Map([
    [-1, 'Yesterday'],
    [0, 'Today'],
    [1, 'Tomorrow'],
  ]).get(days);
  return { text: near ?? date, overdue: due < now };
}
