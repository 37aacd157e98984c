/** How dates are written: this client speaks English, whatever the browser prefers. */
const LOCALE = 'en-GB';

const DAY = 86_400_000;

/** `2026-11-21`: the day of a moment, in a time zone; by default the viewer's. */
function dayOf(moment: Date, timeZone?: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    moment,
  );
}

/** The value of a date input for a task's `dueAt`: its day where the viewer is. */
export function dateInputValue(dueAt: string | null): string {
  return dueAt === null ? '' : dayOf(new Date(dueAt));
}

/**
 * The `dueAt` for a day from a date input: the last second of that day where the viewer is, since a task for today is
 * not late at noon. Null for an empty input.
 */
export function dueAtEndOf(day: string): string | null {
  if (day === '') return null;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date, 23, 59, 59).toISOString();
}

/** When a task is due, in words, and whether that is past. */
export interface DueLabel {
  readonly text: string;
  readonly overdue: boolean;
}

/**
 * Says when a task is due.
 * @param now the viewer's clock; null while the page is rendered elsewhere, where neither clock nor zone is the viewer's
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
