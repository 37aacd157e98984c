import { LimitSettler, type SettlerClock } from '../../server/limits/limit-settler.ts';
import { type LimitStore, type StoreClaim, STORE_TIMEOUT } from '../../server/limits/limit-store.ts';
import { MINUTE, RequestQuota, type RetryAfter } from '../../server/limits/request-quota.ts';

/** What the store of a simulation does with a settlement. */
export type StoreState = 'up' | 'away' | 'silent';

/** A request of a simulation: when it was sent and decided, and whether it was admitted. */
export interface SimulatedRequest {
  readonly process: number;
  readonly key: string;
  readonly sentAt: number;
  decidedAt: number | null;
  retryAfter: RetryAfter;
}

/** Milliseconds: the store's clock is not that of the processes. */
const STORE_SKEW = 1_790_000_000_000;

/** API processes with one store, on a simulated clock. */
export class Simulation {
  now = 0;
  state: StoreState = 'up';
  /** Milliseconds to the store, and back. */
  latency = 1;
  /** The number of settlements that each process has sent, by the time of each. */
  readonly settlements: { readonly process: number; readonly at: number; readonly keys: number }[] = [];
  readonly requests: SimulatedRequest[] = [];
  readonly #perMinute: number;
  readonly #timers = new Set<{ readonly at: number; readonly process: number; readonly run: () => void }>();
  readonly #dead = new Set<number>();
  readonly #balances = new Map<string, number>();
  readonly #processes = new Map<number, number>();
  readonly #quotas: RequestQuota[] = [];

  /** @param skews the differences of the processes' clocks from the simulation's */
  constructor(skews: readonly number[], perMinute: number) {
    this.#perMinute = perMinute;
    this.#quotas = skews.map((skew, process) => {
      const settler = new LimitSettler({
        store: this.#storeOf(process),
        readSecret: async () => Buffer.alloc(32),
        clock: this.#clockOf(process, skew),
      });
      const quota = new RequestQuota({ sharing: settler });
      settler.add('test', quota);
      void settler.start();
      const take = quota.take.bind(quota);
      quota.take = (key, most) => take(key, most, this.now + skew);
      return quota;
    });
  }

  /** The requests that a process may admit between two settlements. */
  get slice(): number {
    return Math.max(1, Math.ceil(this.#perMinute / (10 * this.#quotas.length)));
  }

  /** Sends a request to a process. */
  send(process: number, key: string): SimulatedRequest {
    const request: SimulatedRequest = { process, key, sentAt: this.now, decidedAt: null, retryAfter: null };
    this.requests.push(request);
    const decide = (retryAfter: RetryAfter) => {
      if (this.#dead.has(process)) return;
      Object.assign(request, { decidedAt: this.now, retryAfter });
    };
    const taken = this.#quotas[process]?.take(key, this.#perMinute) ?? null;
    if (taken instanceof Promise) void taken.then(decide);
    else decide(taken);
    return request;
  }

  /** Ends a process: nothing of it happens any more. */
  kill(process: number): void {
    this.#dead.add(process);
  }

  /** Lets the time pass, with everything that happens meanwhile. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.now + milliseconds;
    await settled();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      if (!this.#dead.has(next.process)) next.run();
      await settled();
    }
    this.now = until;
  }

  /** How much more than its limit a key has used, in requests, at the worst time; by all processes or by one. */
  overshoot(key: string, process?: number): number {
    let [usedUpAt, worst] = [0, 0];
    const interval = MINUTE / this.#perMinute;
    const admitted = this.requests
      .filter((request) => request.key === key && (process === undefined || request.process === process))
      .flatMap(({ decidedAt, retryAfter }) => (decidedAt !== null && retryAfter === null ? decidedAt : []))
      .toSorted((a, b) => a - b);
    for (const at of admitted) {
      usedUpAt = Math.max(usedUpAt, at) + interval;
      worst = Math.max(worst, (usedUpAt - at - MINUTE) / interval);
    }
    return worst;
  }

  #next(until: number) {
    const due = [...this.#timers].filter(({ at }) => at <= until);
    return due.reduce<(typeof due)[number] | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
  }

  #clockOf(process: number, skew: number): SettlerClock {
    return { now: () => this.now + skew, after: (milliseconds, run) => this.#after(process, milliseconds, run) };
  }

  #after(process: number, milliseconds: number, run: () => void): () => void {
    const timer = { at: this.now + milliseconds, process, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #storeOf(process: number): LimitStore {
    const pause = (milliseconds: number) =>
      new Promise<void>((resolve) => void this.#after(process, milliseconds, resolve));
    return {
      name: 'redis',
      settle: async (claims) => {
        this.settlements.push({ process, at: this.now, keys: claims.length });
        await pause(this.latency);
        if (this.state === 'silent') await pause(STORE_TIMEOUT);
        if (this.state !== 'up') throw new Error('The store does not answer.');
        const answer = this.#settle(process, claims);
        await pause(this.latency);
        return answer;
      },
      close: async () => {},
    };
  }

  /** What settle_requests does (migrations/1795240004000). */
  #settle(process: number, claims: readonly StoreClaim[]) {
    const clock = this.now + STORE_SKEW;
    this.#processes.set(process, clock);
    for (const [id, seenAt] of this.#processes) if (seenAt < clock - 120_000) this.#processes.delete(id);
    const answers = claims.map(({ key, usedUpAt, spent, wanted, step, most }) => {
      const stored = Math.min(this.#balances.get(key.toString('hex')) ?? 0, clock + most);
      const balance = Math.min(Math.max(stored + spent, usedUpAt), clock + most);
      const room = Math.floor((clock + MINUTE + 0.001 - Math.max(balance, clock)) / step) * step;
      const granted = Math.max(0, Math.min(wanted, room));
      const after = granted > 0 ? Math.max(balance, clock) + granted : balance;
      this.#balances.set(key.toString('hex'), after);
      return { usedUpAt: after, granted };
    });
    return { clock, processes: this.#processes.size, answers };
  }
}

/** Resolves when everything that needs no time has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
