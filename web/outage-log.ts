/** Reports why a request cannot be served: the error, and what it made impossible. */
export type OutageLog = (cause: unknown, message: string) => void;

/** How often one cause is written, in milliseconds. */
const INTERVAL = 1_000;

/** Different causes that are counted at a time; what comes beyond is counted as one. */
const MOST_CAUSES = 100;

/** How far an error's causes are followed: they may form a circle. */
const MOST_DEPTH = 3;

/**
 * Limits a log of outages: the first report of a cause is written at once, those that follow within a second are counted
 * and written as one line when the second is over.
 * @param write writes a line; `suppressed` is how many reports of this cause were left out since the line before
 * @param interval how often one cause is written, in milliseconds; a second unless given
 */
export function createOutageLog(
  write: (cause: unknown, message: string, suppressed: number) => void,
  interval: number = INTERVAL,
): OutageLog {
  const open = new Map<string, { suppressed: number; latest: unknown }>();

  function openFor(key: string, message: string): void {
    const entry = { suppressed: 0, latest: undefined as unknown };
    open.set(key, entry);
    const timer = setTimeout(() => {
      open.delete(key);
      if (entry.suppressed === 0) return;
      // The line that is written now stands for one of them.
      write(entry.latest, message, entry.suppressed - 1);
      openFor(key, message);
    }, interval);
    // A process that is stopping must not wait for the line.
    timer.unref();
  }

  return (cause, message) => {
    const key = open.size < MOST_CAUSES ? `${message}: ${nameOf(cause)}` : message;
    const entry = open.get(key);
    if (entry !== undefined) {
      entry.suppressed += 1;
      entry.latest = cause;
      return;
    }
    write(cause, message, 0);
    openFor(key, message);
  };
}

/** What makes two errors the same cause: their names and codes, of what has caused them too; without a code the message. */
function nameOf(cause: unknown, depth = 0): string {
  if (!(cause instanceof Error)) return typeof cause;
  const code = 'code' in cause ? String(cause.code) : cause.message.slice(0, 200);
  const because = cause.cause === undefined || depth === MOST_DEPTH ? '' : ` < ${nameOf(cause.cause, depth + 1)}`;
  return `${cause.name} ${code}${because}`;
}
