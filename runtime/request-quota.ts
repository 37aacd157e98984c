/** Limits of the number of requests. */
export interface RequestQuotaOptions {
  /** The most keys that are remembered, at some 150 bytes each; default 100,000. */
  readonly maxKeys?: number;
}

/**
 * Counts one request of `key`.
 * @param perMinute the requests of the key that are admitted in a minute; Infinity for any number
 * @param now in milliseconds, on a clock that is never set back
 * @returns null if the request is admitted, otherwise the seconds until one can be, at least 1
 */
export type RequestQuota = (key: string, perMinute: number, now?: number) => number | null;

const MINUTE = 60_000;
/** Milliseconds: the sum of a minute's intervals is not exact, and must not refuse the last request. */
const ROUNDING = 0.001;

/**
 * Creates a quota of requests by the generic cell rate algorithm (ITU-T I.371, a token bucket without a timer): a key may
 * send a whole minute's requests at once, and is then admitted at the even rate. A refused request does not count, so
 * `Retry-After` is exact for a client that waits.
 *
 * It counts in this process only. A key that has not sent requests for a minute needs no memory. When `maxKeys` have, the
 * one that was quiet for longest is forgotten: a flood from many addresses can thereby exempt addresses, which are its
 * own, and never refuse others.
 */
export function createRequestQuota({ maxKeys = 100_000 }: RequestQuotaOptions = {}): RequestQuota {
  /** When the requests of each key are used up at the even rate, in the order of their last request. */
  const usedUpAt = new Map<string, number>();
  /** Forgets the key that was quiet for longest, if its requests are no longer used up, or there is no room. */
  const forgetQuiet = (now: number) => {
    const [oldest] = usedUpAt;
    if (oldest !== undefined && (oldest[1] <= now || usedUpAt.size > maxKeys)) usedUpAt.delete(oldest[0]);
  };
  return (key, perMinute, now = performance.now()) => {
    if (perMinute === Number.POSITIVE_INFINITY) return null;
    const interval = MINUTE / perMinute;
    const next = Math.max(usedUpAt.get(key) ?? 0, now) + interval;
    const early = next - now - MINUTE;
    if (early > ROUNDING) return Math.max(1, Math.ceil(early / 1_000));
    usedUpAt.delete(key);
    usedUpAt.set(key, next);
    // One key is added at a time: to forget at most two is enough, and never takes long.
    forgetQuiet(now);
    forgetQuiet(now);
    return null;
  };
}
