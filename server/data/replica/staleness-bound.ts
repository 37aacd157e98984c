import { parseWalPosition, type WalPosition } from './wal-position.ts';

/** How far the answer of a replica may be behind the primary, in milliseconds, for a viewer who has changed nothing. */
export const MAX_LAG = 5_000;
/** How often the primary is asked for its position, in milliseconds: only while queries arrive. */
const SAMPLE_INTERVAL = 1_000;

interface Sample {
  readonly position: WalPosition;
  /** When it was asked for: the primary may have been further when it answered. */
  readonly askedAt: number;
}

/**
 * Knows the position that a replica must have replayed in order to be at most `MAX_LAG` behind. It is the primary's own
 * position of that time: the clocks of the servers do not matter, nor does a replica that no longer hears from the primary
 * and takes itself to be current.
 */
export class StalenessBound {
  readonly #ask: () => Promise<string | null>;
  /** Of the last `MAX_LAG`, oldest first. */
  #samples: readonly Sample[] = [];
  #asking: Promise<void> | null = null;

  /** @param ask asks the primary for its position */
  constructor(ask: () => Promise<string | null>) {
    this.#ask = ask;
  }

  /** Resolves to the position; null if the primary has not answered for `MAX_LAG`. */
  async position(): Promise<WalPosition | null> {
    this.#forget();
    const newest = this.#samples.at(-1);
    if (newest === undefined) await this.#sample();
    else if (performance.now() - newest.askedAt > SAMPLE_INTERVAL) void this.#sample();
    return this.#samples[0]?.position ?? null;
  }

  #forget(): void {
    const since = performance.now() - MAX_LAG;
    if ((this.#samples[0]?.askedAt ?? since) < since) this.#samples = this.#samples.filter((s) => s.askedAt >= since);
  }

  #sample(): Promise<void> {
    this.#asking ??= this.#addSample().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #addSample(): Promise<void> {
    const askedAt = performance.now();
    // If the primary does not answer, the query goes there and reports the outage.
    const position = parseWalPosition(await this.#ask().catch(() => null));
    if (position !== null) this.#samples = [...this.#samples, { position, askedAt }];
    this.#forget();
  }
}
