/** What counts together, and what is let through of it. */
export interface QuotaOptions {
  /** How long a window is, in milliseconds. */
  readonly window: number;
  /** How many of one key a window lets through; 1 unless said otherwise. */
  readonly perKey?: number;
  /** How many different keys a window lets through: it bounds what a flood from everywhere can fill. */
  readonly most: number;
  /** Hears at the end of a window how many it did not let through, where there were any. */
  readonly onExcess: (count: number) => void;
}

/** Whether the current window lets one more of `key` through, and counts it. `now` is in milliseconds. */
export type Quota = (key: string, now?: number) => boolean;

/** Makes a quota: of everything with one key, the first `perKey` in each window pass. */
export function createQuota({ window, perKey = 1, most, onExcess }: QuotaOptions): Quota {
  const seen = new Map<string, number>();
  let end = 0;
  let excess = 0;
  return (key, now = Date.now()) => {
    if (now >= end) {
      if (excess > 0) onExcess(excess);
      seen.clear();
      excess = 0;
      end = now + window;
    }
    const count = seen.get(key) ?? 0;
    if (count < perKey && (count > 0 || seen.size < most)) {
      seen.set(key, count + 1);
      return true;
    }
    excess += 1;
    return false;
  };
}
