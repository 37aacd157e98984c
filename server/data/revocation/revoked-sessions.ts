/** The most sessions that are remembered unless said otherwise: about 50 MB. */
export const MAX_REVOKED_SESSIONS = 500_000;

/** How much is remembered, and for how long. */
export interface RevokedSessionsOptions {
  /** Milliseconds after which no token of a session that died can be alive. */
  readonly retention: number;
  /** The most that are remembered; `MOST_DEAD_SESSIONS` unless said otherwise. */
  readonly maxSessions?: number;
}

/**
 * The sessions that are known to be dead, each for as long as one of its tokens could be alive. What there is no room
 * for is not forgotten in silence: until it would have been forgotten anyway, the memory calls itself incomplete.
 * `now` is in milliseconds of any clock that never goes back.
 */
export class RevokedSessions {
  readonly #retention: number;
  readonly #maxSessions: number;
  /** When each may be forgotten. All are kept equally long, so they stand in the order in which they end. */
  readonly #expiresAt = new Map<string, number>();
  #completeFrom = Number.NEGATIVE_INFINITY;

  constructor({ retention, maxSessions = MAX_REVOKED_SESSIONS }: RevokedSessionsOptions) {
    this.#retention = retention;
    this.#maxSessions = maxSessions;
  }

  add(sessionId: string, now: number): void {
    this.evictExpired(now);
    this.#expiresAt.delete(sessionId);
    if (this.#expiresAt.size < this.#maxSessions) this.#expiresAt.set(sessionId, now + this.#retention);
    else this.#completeFrom = now + this.#retention;
  }

  has(sessionId: string): boolean {
    return this.#expiresAt.has(sessionId);
  }

  /** Whether everything that was added is remembered. */
  isComplete(now: number): boolean {
    return now >= this.#completeFrom;
  }

  /** Makes room. */
  evictExpired(now: number): void {
    for (const [sessionId, expiresAt] of this.#expiresAt) {
      if (expiresAt > now) return;
      this.#expiresAt.delete(sessionId);
    }
  }

  get size(): number {
    return this.#expiresAt.size;
  }
}
