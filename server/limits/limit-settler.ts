import { createHmac } from 'node:crypto';
import type { LimitStore, StoreClaim } from './limit-store.ts';
import { type Claim, MINUTE, type RequestQuota, type Sharing } from './request-quota.ts';

/** The clock and the timers of a settler; tests pass their own. */
export interface SettlerClock {
  /** Milliseconds, never set back. */
  now(): number;
  /** Calls `run` after some milliseconds; returns the function that prevents it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** Options of `LimitSettler`. */
export interface LimitSettlerOptions {
  readonly store: LimitStore;
  /** Resolves to the secret with which the keys are hashed, the same in all processes. */
  readonly readSecret: () => Promise<Buffer>;
  /** Called when the store has answered after it did not, and the other way round; `cause` is its error. */
  readonly onChange?: (change: { readonly available: boolean; readonly cause?: unknown }) => void;
  readonly clock?: SettlerClock;
}

/** The shortest time between two settlements of a process, in milliseconds. */
const INTERVAL = 1_000;
/** The longest: a process that is silent for two minutes is taken for ended. */
const HEARTBEAT = 5_000;
/** The most keys in one settlement: a flood from many addresses must not become a flood of rows. */
const MAX_CLAIMS = 1_000;
/** How long a request may wait while settlements are full, in milliseconds. */
const MAX_WAIT = 2_000;
/** A slice is this part of a limit, divided among the processes. */
const SLICES = 10;

const SYSTEM_CLOCK: SettlerClock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Settles what the quotas of this process have counted, beside the requests: one statement for all keys, at most one a
 * second. While the store does not answer, the process decides alone.
 */
export class LimitSettler implements Sharing {
  readonly #options: LimitSettlerOptions;
  readonly #clock: SettlerClock;
  readonly #quotas = new Map<string, RequestQuota>();
  #secret: Buffer | undefined;
  #processes = 1;
  /** Whether the last settlement was answered. */
  #available = false;
  /** Whether the settlement before the last was answered, too: then the other processes know of this one. */
  #isRegistered = false;
  /** The difference between the store's clock and this process', as far as it is known. */
  #offset: number | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #cancel: () => void = () => {};
  /** Whether the next settlement is due after INTERVAL, not after HEARTBEAT. */
  #isDue = false;
  #isClosed = false;
  readonly #settlements = { answered: 0, failed: 0 };

  constructor(options: LimitSettlerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** The number of processes that share the limits; 1 until the store has answered. */
  get processes(): number {
    return this.#processes;
  }

  get isAvailable(): boolean {
    return this.#available;
  }

  /** The number of keys that this process remembers. */
  get keys(): number {
    return [...this.#quotas.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The settlements so far. */
  get settlements(): { readonly answered: number; readonly failed: number } {
    return this.#settlements;
  }

  /** Adds a quota. Its name is part of the stored keys: all processes use the same. */
  add(name: string, quota: RequestQuota): void {
    this.#quotas.set(name, quota);
  }

  /** Registers this process; resolves when the store has answered or failed. */
  start(): Promise<void> {
    return this.#settleNow();
  }

  sliceOf(perMinute: number): number {
    return this.#available && this.#processes > 1 ? this.#slice(perMinute) : Number.POSITIVE_INFINITY;
  }

  onUnsettled(): void {
    if (this.#isDue || this.#running || this.#isClosed) return;
    this.#isDue = true;
    this.#schedule();
  }

  /** Settles the rest, for a process that replaces this one, and closes the store. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#running;
    if (this.#available && this.#isUnsettled()) await this.#settle();
    for (const quota of this.#quotas.values()) quota.settleAlone([], this.#clock.now());
    await this.#options.store.close();
  }

  #slice(perMinute: number): number {
    return Math.max(1, Math.ceil(perMinute / (SLICES * this.#processes)));
  }

  #isUnsettled(): boolean {
    return [...this.#quotas.values()].some(({ isUnsettled }) => isUnsettled);
  }

  #schedule(): void {
    this.#cancel();
    if (this.#isClosed) return;
    const delay = this.#isDue ? INTERVAL : HEARTBEAT;
    const wait = Math.max(0, this.#startedAt + delay - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => void this.#settleNow());
  }

  async #settleNow(): Promise<void> {
    this.#running = this.#settle();
    await this.#running;
    this.#running = null;
    this.#isDue = this.#isUnsettled() || !this.#isRegistered;
    this.#schedule();
  }

  async #settle(): Promise<void> {
    const { store, readSecret } = this.#options;
    this.#startedAt = this.#clock.now();
    let claims: (Claim & { readonly name: string; readonly quota: RequestQuota })[] = [];
    try {
      this.#secret ??= await readSecret();
      const offset = this.#offset;
      if (offset !== undefined) claims = this.#collect();
      const sentAt = this.#clock.now();
      const { clock, processes, answers } = await store.settle(
        claims.map((claim) => this.#storeClaim(claim, offset ?? 0)),
      );
      const receivedAt = this.#clock.now();
      // The store read its clock in between. An estimate within these bounds stays, so that a process that is alone gets
      // back exactly what it sent; one outside of them was made before a clock was set.
      this.#offset = Math.min(Math.max(offset ?? clock - receivedAt, clock - receivedAt), clock - sentAt);
      // A store that returns may be empty, and the others not yet registered again.
      this.#processes = this.#available ? processes : Math.max(this.#processes, processes);
      this.#isRegistered = this.#available;
      this.#report(true);
      claims.forEach((claim, index) => {
        const answer = answers[index];
        if (answer === undefined) throw new Error('The limit store left out a claim.');
        const usedUpAt = answer.usedUpAt - (this.#offset ?? 0);
        claim.quota.settle(claim, { usedUpAt, granted: answer.granted }, receivedAt);
      });
      for (const quota of this.#quotas.values()) quota.decideWaitingSince(receivedAt - MAX_WAIT, receivedAt);
    } catch (error) {
      this.#isRegistered = false;
      this.#report(false, error);
      for (const quota of this.#quotas.values())
        quota.settleAlone(
          claims.filter((claim) => claim.quota === quota),
          this.#clock.now(),
        );
    }
  }

  #collect() {
    let room = MAX_CLAIMS;
    return [...this.#quotas].flatMap(([name, quota]) => {
      const claims = quota.collect(room);
      room -= claims.length;
      return claims.map((claim) => ({ ...claim, name, quota }));
    });
  }

  #storeClaim({ name, key, perMinute, usedUpAt, spent, wanted }: Claim & { readonly name: string }, offset: number) {
    const step = MINUTE / perMinute;
    return {
      key: createHmac('sha256', this.#secret ?? '')
        .update(`${name} ${key}`)
        .digest()
        .subarray(0, 16),
      usedUpAt: usedUpAt + offset,
      spent,
      wanted,
      step,
      // All slices above the limit; more is forgiven, where processes have counted alone.
      most: MINUTE + this.#processes * this.#slice(perMinute) * step,
    } satisfies StoreClaim;
  }

  #report(available: boolean, cause?: unknown): void {
    const isChange = available !== this.#available;
    this.#settlements[available ? 'answered' : 'failed']++;
    this.#available = available;
    if (isChange || !available) this.#options.onChange?.({ available, ...(cause !== undefined && { cause }) });
  }
}
