/** The most sessions that are remembered unless said otherwise: about 50 MB. */
export const MOST_DEAD_SESSIONS = 500_000;

/** How much is remembered, and for how long. */
export interface DeadSessionsOptions {
  /** Milliseconds after which no token of a session that died can be alive. */
  readonly keepFor: number;
  /** The most that are remembered; `MOST_DEAD_SESSIONS` unless said otherwise. */
  readonly most?: number;
}

/**
 * The sessions that are known to be dead, each for as long as one of its tokens could be alive. What there is no room
 * for is not forgotten in silence: until it would have been forgotten anyway, the memory calls itself incomplete.
 * `now` is in milliseconds of any clock that never goes back.
 */
export class DeadSessions {
  readonly #keepFor: number;
  readonly #most: number;
  /** When each may be forgotten. All are kept equally long, so they stand in the order in which they end. */
  readonly #forgetAt = new Map<string, number>();
  #completeFrom = Number.NEGATIVE_INFINITY;

  constructor({ keepFor, most = MOST_DEAD_SESSIONS }: DeadSessionsOptions) {
    this.#keepFor = keepFor;
    this.#most = most;
  }

  add(sessionId: string, now: number): void {
    this.forgetOld(now);
    this.#forgetAt.delete(sessionId);
    if (this.#forgetAt.size < this.#most) this.#forgetAt.set(sessionId, now + this.#keepFor);
    else this.#completeFrom = now + this.#keepFor;
  }

  has(sessionId: string): boolean {
    return this.#forgetAt.has(sessionId);
  }

  /** Whether everything that was added is remembered. */
  isComplete(now: number): boolean {
    return now >= this.#completeFrom;
  }

  /** Makes room. */
  forgetOld(now: number): void {
    for (const [sessionId, forgetAt] of this.#forgetAt) {
      if (forgetAt > now) return;
      this.#forgetAt.delete(sessionId);
    }
  }

  get size(): number {
    return this.#forgetAt.size;
  }
}
