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

/** When keys are loaded again; all in seconds. */
export interface RefreshLimits {
  /** A request that finds older keys starts a load in the background. */
  readonly refreshAfter: number;
  /** A request that finds older keys waits for the load: after a quiet hour no key is trusted without asking. */
  readonly awaitRefreshAfter: number;
  /** The shortest time between the starts of two loads. */
  readonly cooldown: number;
  /** How many loads may start within a minute, however many tokens ask; Infinity for no such limit. */
  readonly maxPerMinute: number;
}

/** What keys that change are made of. */
export interface RefreshingKeysOptions {
  readonly algorithm: TokenAlgorithm;
  /** Lists the keys as they are now; it has a timeout of its own. */
  load(): Promise<readonly KeyMaterial[]>;
  readonly limits: RefreshLimits;
  /** Is called with the error of every load that failed. */
  onFailure(error: unknown): void;
}

/**
 * Makes keys that are loaded when they are first needed, and again while they are in use; there is no timer. If a load
 * fails, the keys of the last good one stay in use, without end: an outage neither signs anybody out nor lets anybody in.
 *
 * One load runs at a time. A key id that is not listed may be new, or listed again: that is worth a load, as far as the
 * limits allow, so that inventing key ids costs the key endpoint two requests a minute and not more. Where the limits do
 * not allow it, whether the key is listed cannot be told: only a list that was asked for after the token arrived can
 * show that its key is not there (docs/decisions/031). With the limits of `JWKS_LIMITS` a key that is not listed any
 * more is refused within 60 s, also under such a flood.
 */
export function refreshingKeys({ algorithm, load, limits, onFailure }: RefreshingKeysOptions): VerificationKeys {
  let keys: ImportedKeys | null = null;
  /** When the current list was asked for, and by which load. */
  let listed = { at: Number.NEGATIVE_INFINITY, by: 0 };
  let hasFailed = false;
  let pendingLoad: Promise<void> | null = null;
  let loadsStarted = 0;
  /** When the last loads started, the latest first: no more of them than the limits speak of. */
  let starts: readonly number[] = [];
  const startsKept = Number.isFinite(limits.maxPerMinute) ? limits.maxPerMinute : 1;

  /** From when on the limits allow the next load: the gap may end at that moment, the minute has to be over. */
  function nextLoad(now: number): { readonly gapEnds: number; readonly minuteEnds: number } {
    // A clock that was set back must not keep us from loading until it is where it was.
    starts = starts.filter((at) => at <= now);
    const [latest = Number.NEGATIVE_INFINITY] = starts;
    return {
      gapEnds: latest + (hasFailed ? Math.max(limits.cooldown, RETRY_FAILED) : limits.cooldown),
      minuteEnds: (starts[limits.maxPerMinute - 1] ?? Number.NEGATIVE_INFINITY) + MINUTE,
    };
  }

  function mayLoad(now: number): boolean {
    const { gapEnds, minuteEnds } = nextLoad(now);
    return now >= gapEnds && now > minuteEnds;
  }

  /** Whole seconds after which a load is allowed. */
  function untilNextLoad(now: number): number {
    const { gapEnds, minuteEnds } = nextLoad(now);
    return Math.max(1, Math.ceil(gapEnds - now), Math.floor(minuteEnds - now) + 1);
  }

  /** Joins the load that is under way, or starts one if that is allowed now. Never rejects. */
  function loadOnce(now: number): Promise<void> {
    if (pendingLoad !== null || !mayLoad(now)) return pendingLoad ?? Promise.resolve();
    starts = [now, ...starts].slice(0, startsKept);
    loadsStarted += 1;
    pendingLoad = reload({ at: now, by: loadsStarted }).finally(() => {
      pendingLoad = null;
    });
    return pendingLoad;
  }

  async function reload(started: typeof listed): Promise<void> {
    try {
      keys = await importKeys(algorithm, await load(), keys ?? undefined);
      listed = started;
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      onFailure(error);
    }
  }

  async function find(
    kid: string,
    now: number,
    couldBeGood: () => boolean = () => true,
  ): Promise<CryptoKey | 'unknown' | Unavailable> {
    const startedBefore = loadsStarted;
    const age = Math.abs(now - listed.at);
    if (age >= limits.refreshAfter || hasFailed) {
      const loaded = loadOnce(now);
      // While loads fail, a request with a known key does not wait for the next one to fail.
      if (keys === null || (age >= limits.awaitRefreshAfter && !hasFailed)) await loaded;
    }
    const isListed = () => keys?.has(kid) === true;
    if (!isListed() && (!KEY_ID.test(kid) || !couldBeGood())) return 'unknown';

    /** Whether the list was asked for after the token arrived, or in the same moment as far as the clock can tell. */
    const isCurrent = () => listed.by > startedBefore || listed.at === now;
    // A load that was under way when the token arrived may have been answered before the key was listed.
    if (!isListed() && pendingLoad !== null && loadsStarted === startedBefore) await pendingLoad;
    if (!isListed() && !isCurrent()) await loadOnce(now);

    const key = keys?.get(kid)?.key;
    if (key !== undefined) return key;
    if (keys === null || hasFailed) return { retryAfter: RETRY_FAILED };
    return isCurrent() ? 'unknown' : { retryAfter: untilNextLoad(now) };
  }

  return { algorithm, find };
}

const MINUTE = 60;
/** While loads fail: the shortest time between two of them, and after which a caller is told to try again. In seconds. */
const RETRY_FAILED = 1;
