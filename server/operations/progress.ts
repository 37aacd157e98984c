const REPORT_INTERVAL_MILLISECONDS = 5_000;

/** Tells the user what is being done and how long it took. */
export interface Progress {
  /** Prints a line. */
  readonly log: (line: string) => void;
  /** Does `work` and prints one line with its seconds when it is done; every 5 s one that it is still at it. */
  readonly runTimed: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * @param print where lines go
 * @param now the clock, in milliseconds
 */
export function createProgress(print: (line: string) => void, now: () => number = Date.now): Progress {
  return {
    log: print,
    async runTimed(name, work) {
      const startedAt = now();
      const reportTimer = setInterval(
        () => print(`  … ${name} (${formatSeconds(now() - startedAt)})`),
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

/** Milliseconds as seconds with one decimal: `1.2 s`. */
export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
