const REPORT_INTERVAL_MILLISECONDS = 5_000;

/** Prints the steps of a command and how long they took. */
export interface Progress {
  /** Prints a line. */
  readonly log: (line: string) => void;
  /**
   * Runs `work` and prints one line with its duration; while it runs, a line every 5 s.
   * @param detail how far it is, for these lines. Default: nothing
   */
  readonly runTimed: <T>(name: string, work: () => Promise<T>, detail?: () => string) => Promise<T>;
}

/**
 * Returns a progress log.
 * @param print prints a line
 * @param now the clock, in milliseconds
 */
export function createProgress(print: (line: string) => void, now: () => number = Date.now): Progress {
  return {
    log: print,
    async runTimed(name, work, detail) {
      const startedAt = now();
      const reportTimer = setInterval(
        () => print(`  … ${name} (${[formatSeconds(now() - startedAt), detail?.()].filter(Boolean).join(', ')})`),
        REPORT_INTERVAL_MILLISECONDS,
      );
      try {
        const result = await work();
        print(`  ${name} (${formatSeconds(now() - startedAt)})`);
        return result;
      } finally {
        clearInterval(reportTimer);
      }
    },
  };
}

/** Formats milliseconds as seconds with one decimal: `1.2 s`. */
export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
