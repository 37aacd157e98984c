import type { WalPosition } from './wal-position.ts';

/** The most answers of the primary that are kept: four hours at one each 15 s. A greater lag is not told apart. */
const MAX_SAMPLES = 1_000;
/**
 * A position behind the last record of a page of the log is this far ahead of what a replica reports until the next record:
 * the header of the next page, in bytes (PostgreSQL, `xlog_internal.h`, `SizeOfXLogLongPHD`).
 */
const PAGE_HEADER = 40n;

/** What is asked of a replica. */
export interface ObservedReplica {
  readonly name: string;
  /** Resolves to what it has replayed; to what it last said if it does not answer. Never rejects. */
  replayedNow(): Promise<WalPosition>;
}

/** Options of `ReplicaLag`. */
export interface ReplicaLagOptions {
  /** Resolves to the primary's position; null if it does not answer. Never rejects. */
  readonly primaryPosition: () => Promise<WalPosition | null>;
  readonly replicas: readonly ObservedReplica[];
  /** Milliseconds on a clock that is never set back; default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Measures by how much each replica is behind the primary, whenever it is asked: for the metrics. Where queries run does not
 * depend on it. `now() - pg_last_xact_replay_timestamp()` would grow while nothing is written.
 */
export class ReplicaLag {
  readonly #options: ReplicaLagOptions;
  /** Positions of the primary, oldest first. */
  #samples: readonly { readonly position: WalPosition; readonly askedAt: number }[] = [];

  constructor(options: ReplicaLagOptions) {
    this.#options = options;
  }

  /** Resolves to seconds by the replica's name: since the oldest position of the primary that it has not replayed. */
  async seconds(): Promise<ReadonlyMap<string, number>> {
    const { primaryPosition, replicas, now = () => performance.now() } = this.#options;
    const askedAt = now();
    const position = await primaryPosition();
    if (position !== null) this.#samples = [...this.#samples, { position, askedAt }].slice(-MAX_SAMPLES);
    const states = await Promise.all(
      replicas.map(async (replica) => ({ name: replica.name, replayed: (await replica.replayedNow()) + PAGE_HEADER })),
    );
    const firstMissing = states.map(({ replayed }) => this.#samples.findIndex((sample) => sample.position > replayed));
    const lags = states.map(({ name }, index) => {
      const sample = this.#samples[firstMissing[index] ?? -1];
      return [name, sample === undefined ? 0 : (now() - sample.askedAt) / 1_000] as const;
    });
    // What every replica has replayed says nothing more.
    const needed = firstMissing.map((index) => (index === -1 ? this.#samples.length : index));
    this.#samples = this.#samples.slice(Math.min(...needed, this.#samples.length));
    return new Map(lags);
  }
}
