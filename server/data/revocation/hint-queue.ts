/** Options of a {@link HintQueue}. */
export interface HintQueueOptions {
  /**
   * Returns which of these sessions are revoked according to the table. It has to have a timeout, which starts when the
   * statement can be sent.
   */
  lookUp(sessionIds: readonly string[]): Promise<readonly string[]>;
  /** Called for each session that the table lists as revoked. */
  onRevoked(sessionId: string): void;
  /** Called when hints were lost, because a lookup failed or the queue is full: the table has to be read again. */
  onLost(): void;
  /** Maximum number of sessions that wait for a lookup. Default: 10,000. */
  readonly maxPending?: number;
  /** Maximum wait after lookups that found nothing, in milliseconds. Default: 50. */
  readonly maxBackoff?: number;
}

/** The wait after the first lookup that found nothing, in milliseconds. */
const INITIAL_BACKOFF = 2;

/**
 * Queues the sessions named by notifications, and looks them up in the table. Any role can NOTIFY, so a notification is
 * only a hint that a row may exist; only the row revokes a session.
 *
 * One lookup runs at a time, for all sessions that arrived since the last one. After a lookup that found nothing the
 * next one waits, with exponential backoff, so that forged notifications cost PostgreSQL at most twenty small queries a
 * second. A lookup that found a row resets the backoff, so that genuine revocations are not delayed.
 */
export class HintQueue {
  readonly #options: Required<HintQueueOptions>;
  #pending = new Map<string, () => void>();
  readonly #lookups = new Map<string, Promise<void>>();
  #backoff = 0;
  #isRunning = false;

  constructor(options: HintQueueOptions) {
    this.#options = { maxPending: 10_000, maxBackoff: 50, ...options };
  }

  /** Queues a session for a lookup, unless it is queued already. */
  add(sessionId: string): void {
    if (this.#pending.has(sessionId)) return;
    if (this.#pending.size >= this.#options.maxPending) {
      this.#options.onLost();
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pending.set(sessionId, resolve);
    this.#lookups.set(sessionId, promise);
    if (!this.#isRunning) void this.#run();
  }

  /**
   * Returns the pending lookup of a session, which resolves when it has succeeded or failed; undefined if there is
   * none.
   */
  lookupOf(sessionId: string): Promise<void> | undefined {
    return this.#lookups.get(sessionId);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#pending.size > 0) {
      if (this.#backoff > 0) await delay(this.#backoff);
      const batch = this.#pending;
      this.#pending = new Map();
      this.#backoff = (await this.#lookUp([...batch.keys()]))
        ? 0
        : Math.min(Math.max(INITIAL_BACKOFF, 2 * this.#backoff), this.#options.maxBackoff);
      for (const [sessionId, resolve] of batch) {
        // A session that was queued again during the lookup waits for the next one.
        if (!this.#pending.has(sessionId)) this.#lookups.delete(sessionId);
        resolve();
      }
    }
    this.#isRunning = false;
  }

  /** Resolves to whether any of the sessions is revoked. */
  async #lookUp(sessionIds: readonly string[]): Promise<boolean> {
    try {
      const revoked = await this.#options.lookUp(sessionIds);
      for (const sessionId of revoked) this.#options.onRevoked(sessionId);
      return revoked.length > 0;
    } catch {
      // The channel breaks with the query, and reports the cause.
      this.#options.onLost();
      return false;
    }
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}
