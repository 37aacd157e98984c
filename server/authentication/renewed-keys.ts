import { type ImportedKeys, importKeys, type KeyMaterial, type Keys, type TokenAlgorithm } from './keys.ts';

/** When keys are loaded again; all in seconds. */
export interface RenewalLimits {
  /** Keys older than this are loaded again behind the back of whoever asks. */
  readonly refreshAfter: number;
  /** Whoever asks for keys older than this waits: after a quiet hour nothing is believed unasked. */
  readonly waitAfter: number;
  /** Between the beginnings of two loads. */
  readonly gap: number;
  /** How many loads may begin within a minute, whatever is asked. */
  readonly perMinute: number;
}

/** What keys that change are made of. */
export interface RenewedKeysOptions {
  readonly algorithm: TokenAlgorithm;
  /** Lists the keys as they are now; it has a timeout of its own. */
  load(): Promise<readonly KeyMaterial[]>;
  readonly limits: RenewalLimits;
  /** Hears of every load that failed. */
  onFailure(error: unknown): void;
}

/**
 * Keys that are loaded when they are first asked for, and again while they are in use; there is no timer. Where a load
 * fails, those of the last good one serve on, without end: an outage neither signs anybody out nor lets anybody in.
 *
 * One load runs at a time, however many ask. A key that is unknown may be new: that is worth a load, as far as the
 * limits allow, so that inventing key ids costs whoever answers the load two requests a minute and not more. With
 * the limits of `JWKS_LIMITS` a key that is not listed any more is refused within 60 s, also under such a flood.
 */
export function renewedKeys({ algorithm, load, limits, onFailure }: RenewedKeysOptions): Keys {
  let keys: ImportedKeys | null = null;
  /** When the keys that we have were asked for. */
  let loadedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let underWay: Promise<void> | null = null;
  /** When the loads of the last minute began, the latest first. */
  let begun: readonly number[] = [];

  function mayLoad(now: number): boolean {
    // A clock that was set back must not keep us from loading until it is where it was.
    begun = begun.filter((at) => at <= now && now - at <= MINUTE);
    const [latest = Number.NEGATIVE_INFINITY] = begun;
    return now - latest >= limits.gap && begun.length < limits.perMinute;
  }

  /** Joins the load that is under way, or begins one if that is allowed now. Never rejects. */
  function loadOnce(now: number): Promise<void> {
    if (underWay !== null || !mayLoad(now)) return underWay ?? Promise.resolve();
    begun = [now, ...begun];
    underWay = renew(now).finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function renew(now: number): Promise<void> {
    try {
      keys = await importKeys(algorithm, await load(), keys ?? undefined);
      loadedAt = now;
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      onFailure(error);
    }
  }

  return {
    algorithm,
    async find(kid, now) {
      const age = Math.abs(now - loadedAt);
      if (age >= limits.refreshAfter || hasFailed) {
        const loaded = loadOnce(now);
        // While loads fail nobody with a known key waits for the next to fail.
        if (keys === null || (age >= limits.waitAfter && !hasFailed)) await loaded;
      }
      const known = keys?.get(kid)?.key;
      if (known !== undefined) return known;
      await loadOnce(now);
      return keys?.get(kid)?.key ?? (keys === null || hasFailed ? 'unavailable' : 'unknown');
    },
  };
}

const MINUTE = 60;
