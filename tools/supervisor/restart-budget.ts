/** The limits of a restart budget. Times in milliseconds. */
export interface RestartLimits {
  /** The maximum number of restarts within `window`. Default: 5. */
  readonly maxRestarts: number;
  /** Default: 60,000. */
  readonly window: number;
  /** The longest delay of the first restart in a window; it doubles with each further one. Default: 250. */
  readonly firstDelay: number;
}

const LIMITS: RestartLimits = { maxRestarts: 5, window: 60_000, firstDelay: 250 };

/** Grants restarts with exponential backoff and jitter, up to a maximum number within a sliding window. */
export class RestartBudget {
  /** When the granted restarts take place, in milliseconds since the epoch. */
  #restarts: readonly number[] = [];
  readonly #limits: RestartLimits;
  readonly #random: () => number;

  /** @param random returns a number from 0 to below 1. Default: `Math.random` */
  constructor(limits: Partial<RestartLimits> = {}, random: () => number = Math.random) {
    this.#limits = { ...LIMITS, ...limits };
    this.#random = random;
  }

  get maxRestarts(): number {
    return this.#limits.maxRestarts;
  }

  /**
   * Grants a restart.
   * @param now milliseconds since the epoch
   * @returns the delay before it, in milliseconds; null if the window already holds the maximum
   */
  next(now: number): number | null {
    const { maxRestarts, window, firstDelay } = this.#limits;
    this.#restarts = this.#restarts.filter((restartAt) => restartAt > now - window);
    if (this.#restarts.length >= maxRestarts) return null;
    // Jitter: services that one cause has ended do not restart at the same instant.
    const delay = firstDelay * 2 ** this.#restarts.length * (0.5 + this.#random() / 2);
    this.#restarts = [...this.#restarts, now + delay];
    return delay;
  }
}
