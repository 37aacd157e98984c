/** What counts together, and what is let through of it. */
export interface QuotaOptions {
  /** How long a window is, in milliseconds. */
  readonly window: number;
  /** How many different keys a window lets through: it bounds what a flood from everywhere can fill. */
  readonly most: number;
  /** Hears at the end of a window how many it did not let through, where there were any. */
  readonly onExcess: (count: number) => void;
}

/** Whether `key` is the first of its kind in the current window. `now` is in milliseconds. */
export type Quota = (key: string, now?: number) => boolean;

/** Makes a quota: of everything with one key, the first in each window passes. */
export function createQuota({ window, most, onExcess }: QuotaOptions): Quota {
  const seen = new Set<string>();
  let end = 0;
  let excess = 0;
  return (key, now = Date.now()) => {
    if (now >= end) {
      if (excess > 0) onExcess(excess);
      seen.clear();
      excess = 0;
      end = now + window;
    }
    if (!seen.has(key) && seen.size < most) {
      seen.add(key);
      return true;
    }
    excess += 1;
    return false;
  };
}
