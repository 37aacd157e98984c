/** What counts together, and what is let through of it. */
export interface OncePerWindowOptions {
  /** How long a window is, in milliseconds. */
  readonly windowMilliseconds: number;
  /** How many of one key a window lets through; 1 unless said otherwise. */
  readonly perKey?: number;
  /** How many different keys a window lets through: it bounds what a flood from everywhere can fill. */
  readonly maxKeys: number;
  /** Hears at the end of a window how many it did not let through, where there were any. */
  readonly onExcess: (count: number) => void;
}

/** Whether the current window lets one more of `key` through, and counts it. `now` is in milliseconds. */
export type OncePerWindow = (key: string, now?: number) => boolean;

/** Makes a quota: of everything with one key, the first `perKey` in each window pass. */
export function createOncePerWindow({
  windowMilliseconds,
  perKey = 1,
  maxKeys,
  onExcess,
}: OncePerWindowOptions): OncePerWindow {
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
