/** Default maximum number of revoked sessions in memory: about 50 MB. */
export const MAX_REVOKED_SESSIONS = 500_000;

/** Options of {@link RevokedSessions}. */
export interface RevokedSessionsOptions {
  /** How long a revoked session is kept, in milliseconds: at least the lifetime of a token. */
  readonly retention: number;
  /** Maximum number of sessions. Default: `MAX_REVOKED_SESSIONS`. */
  readonly maxSessions?: number;
}

/**
 * A bounded set of revoked sessions, each kept for as long as one of its tokens could be valid. If a session does not
 * fit, `isComplete` is false until that session would have expired. `now` is in milliseconds on a monotonic clock.
 */
export class RevokedSessions {
  readonly #retention: number;
  readonly #maxSessions: number;
  /** When each session expires. All have the same retention, so insertion order is the order of expiry. */
  readonly #expiresAt = new Map<string, number>();
  #completeFrom = Number.NEGATIVE_INFINITY;

  constructor({ retention, maxSessions = MAX_REVOKED_SESSIONS }: RevokedSessionsOptions) {
    this.#retention = retention;
    this.#maxSessions = maxSessions;
  }

  /** Adds a session, or renews its retention. */
  add(sessionId: string, now: number): void {
    this.evictExpired(now);
    this.#expiresAt.delete(sessionId);
    if (this.#expiresAt.size < this.#maxSessions) this.#expiresAt.set(sessionId, now + this.#retention);
    else this.#completeFrom = now + this.#retention;
  }

  has(sessionId: string): boolean {
    return this.#expiresAt.has(sessionId);
  }

  /** Whether every session added within the retention is in the set. */
  isComplete(now: number): boolean {
    return now >= this.#completeFrom;
  }

  /** Removes expired sessions. */
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
