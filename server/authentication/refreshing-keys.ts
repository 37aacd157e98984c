import type { CryptoKey } from 'jose';
import { KEY_ID } from '../../runtime/token.ts';
import {
  type ImportedKeys,
  importKeys,
  type KeyMaterial,
  type VerificationKeys,
  type TokenAlgorithm,
  type Unavailable,
} from './verification-keys.ts';

/** When keys are loaded again; all values in seconds except `maxPerMinute`. */
export interface RefreshLimits {
  /** A request that finds an older list starts a load in the background. */
  readonly refreshAfter: number;
  /** A request that finds an older list waits for the load: after an idle hour no key is trusted without a new list. */
  readonly awaitRefreshAfter: number;
  /** The shortest time between the starts of two loads. */
  readonly cooldown: number;
  /** How many loads may start within a minute; Infinity for no limit. */
  readonly maxPerMinute: number;
}

/** Options of `refreshingKeys`. */
export interface RefreshingKeysOptions {
  readonly algorithm: TokenAlgorithm;
  /** Lists the current keys. It must have a timeout. */
  load(): Promise<readonly KeyMaterial[]>;
  readonly limits: RefreshLimits;
  /** Called with the error of every failed load. */
  onFailure(error: unknown): void;
}

/**
 * Returns keys that are loaded on first use, and again while they are used; there is no timer. If a load fails, the keys
 * of the last successful load stay in use without a time limit: an outage of the key source neither signs users out nor
 * accepts an unlisted key.
 *
 * One load runs at a time. An unlisted key id may be a new key, so it causes a load within the limits: a flood of
 * invented key ids costs the key source two requests a minute. When the limits forbid a load, the result is
 * `Unavailable`: only a list that was requested after the token arrived can prove that its key is not listed
 * (docs/decisions/031). With `JWKS_LIMITS` a removed key is rejected within 60 s, also during such a flood.
 */
export function refreshingKeys({ algorithm, load, limits, onFailure }: RefreshingKeysOptions): VerificationKeys {
  let keys: ImportedKeys | null = null;
  /** When the current list was requested, and by which load. */
  let currentList = { requestedAt: Number.NEGATIVE_INFINITY, loadNumber: 0 };
  let hasFailed = false;
  let pendingLoad: Promise<void> | null = null;
  let loadsStarted = 0;
  /** When the last loads started, latest first; at most as many as the limits need. */
  let recentLoads: readonly number[] = [];
  const maxRecentLoads = Number.isFinite(limits.maxPerMinute) ? limits.maxPerMinute : 1;

  /** When the limits allow the next load: at the end of the cooldown, and after the end of the minute. */
  function nextLoad(now: number): { readonly cooldownEnds: number; readonly minuteEnds: number } {
    // After the clock was set back, loads "in the future" must not block new ones until that time comes again.
    recentLoads = recentLoads.filter((at) => at <= now);
    const [latest = Number.NEGATIVE_INFINITY] = recentLoads;
    return {
      cooldownEnds: latest + (hasFailed ? Math.max(limits.cooldown, RETRY_FAILED) : limits.cooldown),
      minuteEnds: (recentLoads[limits.maxPerMinute - 1] ?? Number.NEGATIVE_INFINITY) + MINUTE,
    };
  }

  function mayLoad(now: number): boolean {
    const { cooldownEnds, minuteEnds } = nextLoad(now);
    return now >= cooldownEnds && now > minuteEnds;
  }

  /** Returns the whole seconds after which a load is allowed. */
  function secondsUntilNextLoad(now: number): number {
    const { cooldownEnds, minuteEnds } = nextLoad(now);
    return Math.max(1, Math.ceil(cooldownEnds - now), Math.floor(minuteEnds - now) + 1);
  }

  /** Joins the pending load, or starts one if the limits allow it. Never rejects. */
  function loadOnce(now: number): Promise<void> {
    if (pendingLoad !== null || !mayLoad(now)) return pendingLoad ?? Promise.resolve();
    recentLoads = [now, ...recentLoads].slice(0, maxRecentLoads);
    loadsStarted += 1;
    pendingLoad = reload({ requestedAt: now, loadNumber: loadsStarted }).finally(() => {
      pendingLoad = null;
    });
    return pendingLoad;
  }

  async function reload(list: typeof currentList): Promise<void> {
    try {
      keys = await importKeys(algorithm, await load(), keys ?? undefined);
      currentList = list;
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      onFailure(error);
    }
  }

  async function find(
    kid: string,
    now: number,
    isPlausible: () => boolean = () => true,
  ): Promise<CryptoKey | 'unknown' | Unavailable> {
    const startedBefore = loadsStarted;
    const age = Math.abs(now - currentList.requestedAt);
    if (age >= limits.refreshAfter || hasFailed) {
      const loaded = loadOnce(now);
      // While loads fail, a request with a known key does not wait for the next one to fail.
      if (keys === null || (age >= limits.awaitRefreshAfter && !hasFailed)) await loaded;
    }
    const isListed = () => keys?.has(kid) === true;
    if (!isListed() && (!KEY_ID.test(kid) || !isPlausible())) return 'unknown';

    /** Whether the list was requested after the token arrived, or at the same time within the clock's resolution. */
    const isCurrent = () => currentList.loadNumber > startedBefore || currentList.requestedAt === now;
    // A load that was pending when the token arrived may have been answered before the key was listed.
    if (!isListed() && pendingLoad !== null && loadsStarted === startedBefore) await pendingLoad;
    if (!isListed() && !isCurrent()) await loadOnce(now);

    const key = keys?.get(kid)?.key;
    if (key !== undefined) return key;
    if (keys === null || hasFailed) return { retryAfter: RETRY_FAILED };
    return isCurrent() ? 'unknown' : { retryAfter: secondsUntilNextLoad(now) };
  }

  return { algorithm, find };
}

const MINUTE = 60;
/** While loads fail: the shortest time between two loads, and the `retryAfter` of requests. In seconds. */
const RETRY_FAILED = 1;
