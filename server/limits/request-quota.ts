/** Options of a quota. */
export interface RequestQuotaOptions {
  /** The most keys that are remembered, at some 250 bytes each; default 100,000. */
  readonly maxKeys?: number;
  /** The processes that count together; default: this process counts alone. */
  readonly sharing?: Sharing;
}

/** What a quota must know of the other processes. */
export interface Sharing {
  /** Returns how many requests of a key may be unsettled; Infinity while this process decides alone. */
  sliceOf(perMinute: number): number;
  /** Called when there is something to settle. */
  onUnsettled(): void;
}

/** What one key adds to a settlement. Times in milliseconds; requests as milliseconds of the even rate of their limit. */
export interface Claim {
  readonly key: string;
  /** The requests a minute that the key may send. */
  readonly perMinute: number;
  /** When the requests are used up, as far as this process knows. */
  readonly usedUpAt: number;
  /** What was admitted since the last settlement. */
  readonly spent: number;
  /** What waits to be admitted. */
  readonly wanted: number;
  /** The number of requests that wait. */
  readonly waiting: number;
}

/** What a settlement returns for a claim. */
export interface ClaimAnswer {
  /** When the requests of all processes are used up. */
  readonly usedUpAt: number;
  /** How much of `wanted` is admitted. */
  readonly granted: number;
}

/** null if a request is admitted, otherwise the seconds until one can be, at least 1. */
export type RetryAfter = number | null;

interface WaitingRequest {
  readonly perMinute: number;
  readonly since: number;
  readonly decide: (retryAfter: RetryAfter) => void;
}

interface Count {
  usedUpAt: number;
  perMinute: number;
  /** Admitted, and in no settlement yet. */
  unsettled: number;
  /** Admitted, and in the settlement under way. */
  settling: number;
  waiting: WaitingRequest[] | null;
  /** What `waiting` wants, as milliseconds of the even rate. */
  wanted: number;
}

/** Milliseconds: the span in which a key may send the requests of its limit. */
export const MINUTE = 60_000;
/** Milliseconds: the sum of a minute's intervals is not exact, and must not refuse the last request. */
const ROUNDING = 0.001;
/** Milliseconds: a settlement that differs by less from what this process has counted tells nothing new. */
const SETTLED_ROUNDING = 0.01;

/**
 * A quota of requests by the generic cell rate algorithm (ITU-T I.371, a token bucket without a timer): a key may send a
 * whole minute's requests at once, and is then admitted at the even rate. A refused request does not count, so
 * `Retry-After` is exact for a client that waits.
 *
 * A process that shares its counts admits a slice of each limit between two settlements; a request above it waits for the
 * next one (docs/decisions/057). Alone, it decides every request at once.
 *
 * A key that has not sent requests for a minute needs no memory. When `maxKeys` have, the one that was quiet for longest is
 * forgotten: a flood from many addresses can thereby exempt addresses, which are its own, and never refuse others.
 */
export class RequestQuota {
  readonly #maxKeys: number;
  readonly #sharing: Sharing | undefined;
  /** In the order of their last admitted request. */
  readonly #counts = new Map<string, Count>();
  /** The keys with requests to charge, and those with requests that wait. */
  readonly #unsettled = new Set<string>();
  readonly #waiting = new Set<string>();

  constructor({ maxKeys = 100_000, sharing }: RequestQuotaOptions = {}) {
    this.#maxKeys = maxKeys;
    this.#sharing = sharing;
  }

  /** Whether there is something to settle. */
  get isUnsettled(): boolean {
    return this.#unsettled.size + this.#waiting.size > 0;
  }

  /** The number of keys that are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /**
   * Counts one request of `key`.
   * @param perMinute the requests of the key that are admitted in a minute; Infinity for any number
   * @param now in milliseconds, on a clock that is never set back
   * @returns a promise if the request waits for the next settlement, which never happens in a process that is alone
   */
  take(key: string, perMinute: number, now = performance.now()): RetryAfter | Promise<RetryAfter> {
    if (perMinute === Number.POSITIVE_INFINITY) return null;
    const count = this.#counts.get(key) ?? {
      usedUpAt: 0,
      perMinute,
      unsettled: 0,
      settling: 0,
      waiting: null,
      wanted: 0,
    };
    count.perMinute = perMinute;
    // Those that wait come first: what does not fit after them would be refused by the settlement, too.
    const retryAfter = retryAfterOf(count, perMinute, now, count.wanted);
    if (retryAfter !== null) return retryAfter;
    if (count.waiting === null && this.#fitsSlice(count, perMinute)) {
      this.#admit(key, count, perMinute, now);
      return null;
    }
    return new Promise((decide) => {
      (count.waiting ??= []).push({ perMinute, since: now, decide });
      count.wanted += MINUTE / perMinute;
      this.#counts.set(key, count);
      this.#waiting.add(key);
      this.#sharing?.onUnsettled();
    });
  }

  /** Moves up to `most` keys into a settlement, those with waiting requests first. */
  collect(most: number): Claim[] {
    const claims: Claim[] = [];
    for (const keys of [this.#waiting, this.#unsettled]) {
      for (const key of keys) {
        if (claims.length >= most) return claims;
        this.#waiting.delete(key);
        this.#unsettled.delete(key);
        const count = this.#counts.get(key);
        if (count === undefined) continue;
        const { perMinute, usedUpAt, unsettled: spent, wanted, waiting } = count;
        count.settling = spent;
        count.unsettled = 0;
        claims.push({ key, perMinute, usedUpAt, spent, wanted, waiting: waiting?.length ?? 0 });
      }
    }
    return claims;
  }

  /** Ends a settlement: decides the requests that waited for it. */
  settle({ key, waiting: claimed }: Claim, { usedUpAt, granted }: ClaimAnswer, now: number): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    count.settling = 0;
    const refused: WaitingRequest[] = [];
    let rest = granted;
    for (const request of count.waiting?.splice(0, claimed) ?? []) {
      const interval = MINUTE / request.perMinute;
      count.wanted -= interval;
      if (interval > rest + ROUNDING) {
        refused.push(request);
        continue;
      }
      rest -= interval;
      count.usedUpAt = Math.max(count.usedUpAt, now) + interval;
      this.#remember(key, count, now);
      request.decide(null);
    }
    const known = usedUpAt + count.unsettled;
    if (known > count.usedUpAt + SETTLED_ROUNDING) count.usedUpAt = known;
    for (const request of refused) request.decide(retryAfterOf(count, request.perMinute, now) ?? 1);
    this.#decideWaiting(key, count, now);
  }

  /** Ends a settlement that failed: what was admitted is charged by the next one, and nothing waits. */
  settleAlone(claims: readonly Claim[], now: number): void {
    for (const { key } of claims) {
      const count = this.#counts.get(key);
      if (count === undefined) continue;
      count.unsettled += count.settling;
      count.settling = 0;
      if (count.unsettled > 0) this.#unsettled.add(key);
      if (count.waiting !== null) this.#waiting.add(key);
    }
    this.decideWaitingSince(now, now);
  }

  /** Decides the requests that have waited since `time` or for longer, by what this process knows. */
  decideWaitingSince(time: number, now: number): void {
    for (const key of this.#waiting) {
      const count = this.#counts.get(key);
      if (count?.waiting && (count.waiting[0]?.since ?? now) <= time)
        this.#decideWaiting(key, count, now, Number.POSITIVE_INFINITY);
    }
  }

  /** Decides the requests of a key that wait, in their order, until one does not fit into the slice. */
  #decideWaiting(key: string, count: Count, now: number, slice?: number): void {
    let request = count.waiting?.[0];
    while (request !== undefined) {
      const retryAfter = retryAfterOf(count, request.perMinute, now);
      if (retryAfter === null && !this.#fitsSlice(count, request.perMinute, slice)) return void this.#waiting.add(key);
      count.waiting?.shift();
      count.wanted -= MINUTE / request.perMinute;
      if (retryAfter === null) this.#admit(key, count, request.perMinute, now);
      request.decide(retryAfter);
      request = count.waiting?.[0];
    }
    count.waiting = null;
    count.wanted = 0;
    this.#waiting.delete(key);
  }

  #fitsSlice({ unsettled, settling }: Count, perMinute: number, slice = this.#sharing?.sliceOf(perMinute)): boolean {
    if (slice === undefined || slice === Number.POSITIVE_INFINITY) return true;
    return unsettled + settling + MINUTE / perMinute <= slice * (MINUTE / perMinute) + ROUNDING;
  }

  #admit(key: string, count: Count, perMinute: number, now: number): void {
    const interval = MINUTE / perMinute;
    count.usedUpAt = Math.max(count.usedUpAt, now) + interval;
    this.#remember(key, count, now);
    if (this.#sharing === undefined) return;
    if (count.unsettled === 0) this.#unsettled.add(key);
    count.unsettled += interval;
    this.#sharing.onUnsettled();
  }

  #remember(key: string, count: Count, now: number): void {
    this.#counts.delete(key);
    this.#counts.set(key, count);
    // One key is added at a time: to forget at most two is enough, and never takes long.
    this.#forgetQuiet(now);
    this.#forgetQuiet(now);
  }

  /** Forgets the key that was quiet for longest, if its requests are no longer used up, or there is no room. */
  #forgetQuiet(now: number): void {
    const [oldest] = this.#counts;
    if (oldest === undefined) return;
    const [key, { usedUpAt, unsettled, settling, waiting }] = oldest;
    const isQuiet = usedUpAt <= now && unsettled + settling === 0;
    if (waiting !== null || (!isQuiet && this.#counts.size <= this.#maxKeys)) return;
    this.#counts.delete(key);
    this.#unsettled.delete(key);
  }
}

/** Returns the seconds until a request fits after `wanted` others; null if it does now. */
function retryAfterOf({ usedUpAt }: Count, perMinute: number, now: number, wanted = 0): RetryAfter {
  const early = Math.max(usedUpAt, now) + wanted + MINUTE / perMinute - now - MINUTE;
  return early > ROUNDING ? Math.max(1, Math.ceil(early / 1_000)) : null;
}
