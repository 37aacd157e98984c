const SILENCE_MILLISECONDS = 5_000;

/** Tells the user what is being done and how long it took. */
export interface Progress {
  /** Prints a line. */
  readonly say: (line: string) => void;
  /** Does `work` and prints one line with its seconds when it is done; every 5 s one that it is still at it. */
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * @param print where lines go
 * @param now the clock, in milliseconds
 */
export function createProgress(print: (line: string) => void, now: () => number = Date.now): Progress {
  return {
    say: print,
    async step(name, work) {
      const began = now();
      const still = setInterval(() => print(`  … ${name} (${seconds(now() - began)})`), SILENCE_MILLISECONDS);
      try {
        const result = await work();
        print(`  ${name} (${seconds(now() - began)})`);
        return result;
      } finally {
        clearInterval(still);
      }
    },
  };
}

/** Milliseconds as seconds with one decimal: `1.2 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
