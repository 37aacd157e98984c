/** What looks up notified sessions. */
export interface HintsOptions {
  /** Asks the table which of these sessions are revoked; it has a timeout of its own, and begins it when it can ask. */
  lookUp(sessionIds: readonly string[]): Promise<readonly string[]>;
  /** Hears of each session that the table says is revoked. */
  onRevoked(sessionId: string): void;
  /** Hears that hints were lost: one lookup failed, or more came than fit. What they told of has to be read again. */
  onLost(): void;
  /** The most sessions that wait for one lookup; 10,000 unless given. */
  readonly most?: number;
  /** The longest wait after lookups that found nothing, in milliseconds; 50 unless given. */
  readonly longestPause?: number;
}

/** The first wait after a lookup that found nothing, in milliseconds. */
const FIRST_PAUSE = 2;

/**
 * Sessions that a notification named, until the table has been asked about them. Any role can NOTIFY: a notification is
 * a hint that there may be a row, and only the row revokes a session.
 *
 * One lookup runs at a time, for everything that has come meanwhile. After a lookup that found nothing the next one
 * waits, longer each time, so that forged notifications cost PostgreSQL twenty small queries a second and not more. A
 * lookup that found a row ends the wait: revocations do not slow each other down.
 */
export class Hints {
  readonly #options: Required<HintsOptions>;
  #waiting = new Map<string, () => void>();
  readonly #lookups = new Map<string, Promise<void>>();
  #pause = 0;
  #isRunning = false;

  constructor(options: HintsOptions) {
    this.#options = { most: 10_000, longestPause: 50, ...options };
  }

  /** Has a session looked up; one that is waiting for that already is looked up once. */
  add(sessionId: string): void {
    if (this.#waiting.has(sessionId)) return;
    if (this.#waiting.size >= this.#options.most) {
      this.#options.onLost();
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(sessionId, resolve);
    this.#lookups.set(sessionId, promise);
    if (!this.#isRunning) void this.#run();
  }

  /** Resolves when a session that was added has been looked up, or could not be; undefined if none is due. Never rejects. */
  lookupOf(sessionId: string): Promise<void> | undefined {
    return this.#lookups.get(sessionId);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.size > 0) {
      if (this.#pause > 0) await paused(this.#pause);
      const asked = this.#waiting;
      this.#waiting = new Map();
      this.#pause = (await this.#lookUp([...asked.keys()]))
        ? 0
        : Math.min(Math.max(FIRST_PAUSE, 2 * this.#pause), this.#options.longestPause);
      for (const [sessionId, resolve] of asked) {
        // A session that was named again during the lookup waits for the next one.
        if (!this.#waiting.has(sessionId)) this.#lookups.delete(sessionId);
        resolve();
      }
    }
    this.#isRunning = false;
  }

  /** Whether any of them is revoked. */
  async #lookUp(sessionIds: readonly string[]): Promise<boolean> {
    try {
      const revoked = await this.#options.lookUp(sessionIds);
      for (const sessionId of revoked) this.#options.onRevoked(sessionId);
      return revoked.length > 0;
    } catch {
      // Why is told by the channel, which breaks with it.
      this.#options.onLost();
      return false;
    }
  }
}

function paused(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
}
