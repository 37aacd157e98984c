/** The limits of a quota. */
export interface WindowQuotaOptions {
  /** The length of a window, in milliseconds. */
  readonly windowMilliseconds: number;
  /** The most entries of one key in a window. Default: 1. */
  readonly perKey?: number;
  /** The most keys in a window: bounds what a flood from many addresses can fill. */
  readonly maxKeys: number;
  /** Called with the number of dropped entries of a window, at the first entry after that window. */
  readonly onExcess: (count: number) => void;
}

/** Counts one entry of `key`, and returns whether the current window admits it. `now` is in milliseconds. */
export type WindowQuota = (key: string, now?: number) => boolean;

/** Creates a quota that admits the first `perKey` entries of each key in each window. */
export function createWindowQuota({
  windowMilliseconds,
  perKey = 1,
  maxKeys,
  onExcess,
}: WindowQuotaOptions): WindowQuota {
  const seen = new Map<string, number>();
  let windowEnd = 0;
  let dropped = 0;
  return (key, now = Date.now()) => {
    if (now >= windowEnd) {
      if (dropped > 0) onExcess(dropped);
      seen.clear();
      dropped = 0;
      windowEnd = now + windowMilliseconds;
    }
    const count = seen.get(key) ?? 0;
    if (count < perKey && (count > 0 || seen.size < maxKeys)) {
      seen.set(key, count + 1);
      return true;
    }
    dropped += 1;
    return false;
  };
}
