/** How often, and after how long, a part that has ended is restarted. Times in milliseconds. */
export interface RestartLimits {
  /** Restarts within `window` at most. Default: 5. */
  readonly most: number;
  /** Default: 60,000. */
  readonly window: number;
  /** The longest wait before the first restart in a window; it doubles with each further one. Default: 250. */
  readonly firstDelay: number;
}

const LIMITS: RestartLimits = { most: 5, window: 60_000, firstDelay: 250 };

/** Grants restarts with exponential backoff and jitter, and at most so many within any window of time. */
export class RestartBudget {
  /** The moments of the granted restarts. */
  #restarts: readonly number[] = [];
  readonly #limits: RestartLimits;
  readonly #random: () => number;

  /** @param random a number from 0 to below 1 */
  constructor(limits: Partial<RestartLimits> = {}, random: () => number = Math.random) {
    this.#limits = { ...LIMITS, ...limits };
    this.#random = random;
  }

  /** Restarts within the window at most. */
  get most(): number {
    return this.#limits.most;
  }

  /**
   * Grants a restart.
   * @param now milliseconds since the epoch
   * @returns how long to wait before it, in milliseconds; null if the window holds as many restarts as it may
   */
  next(now: number): number | null {
    const { most, window, firstDelay } = this.#limits;
    this.#restarts = this.#restarts.filter((moment) => moment > now - window);
    if (this.#restarts.length >= most) return null;
    // Jitter: parts that one cause has ended do not come back at the same instant.
    const delay = firstDelay * 2 ** this.#restarts.length * (0.5 + this.#random() / 2);
    this.#restarts = [...this.#restarts, now + delay];
    return delay;
  }
}
