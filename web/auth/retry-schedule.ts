/**
 * The shortest and the longest wait that a refused request is given, in milliseconds. A busy machine signs in four a
 * second: the last of a thousand comes back after five minutes.
 */
const MIN_WAIT = 2_000;
const MAX_WAIT = 300_000;

/** How much of each task's duration goes into the average. */
const WEIGHT = 0.05;

/** The assumed time between two finished tasks before any has been measured, in milliseconds: a slow machine's. */
const INITIAL_INTERVAL = 50;

/**
 * Spreads the retries of requests that found the queue full: each is told to come back when the ones before it can have
 * been served. With one fixed `Retry-After` all would come back at once, and most would be refused again.
 */
export class RetrySchedule {
  readonly #concurrency: number;
  /** Milliseconds between two finished tasks, on average, with room for what else the machine does. */
  #interval = INITIAL_INTERVAL;
  /** When the last refused request comes back. */
  #last = 0;

  /** @param concurrency the number of tasks that run at a time */
  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Takes note of a finished task and its duration, in milliseconds. */
  finished(duration: number): void {
    this.#interval += WEIGHT * (duration / this.#concurrency - this.#interval);
  }

  /**
   * Returns the seconds after which a refused request is to come back, 2 to 300.
   * @param now milliseconds, on any clock that is not set back
   */
  refused(now = performance.now()): number {
    this.#last = Math.min(Math.max(now + MIN_WAIT, this.#last + this.#interval), now + MAX_WAIT);
    return Math.ceil((this.#last - now) / 1_000);
  }
}
