import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { TraceSpan } from '../../../runtime/tracing/tracing.ts';
import { ReplicaBehind } from '../pg/database-errors.ts';
import type { Deadline } from '../pg/deadline.ts';
import type { ReplayState } from '../pg/preambles.ts';
import { readReplayState } from '../pg/server-position.ts';
import type { ReadBatchOptions } from '../pg/read-batches.ts';
import { type RunStatement, ViewerDatabase } from '../pg/viewer-database.ts';
import { isServerFailure } from './server-failure.ts';
import { parseWalPosition, type WalPosition } from './wal-position.ts';

/**
 * Time limits of a replica's statements, in milliseconds, shorter than the primary's: a statement that exceeds them runs
 * again on the primary, within the deadline of its operation.
 */
const TIMEOUTS = { statement: 2_000, response: 2_500 };
/** How long a query waits for a replica to replay its position, in milliseconds. */
const MAX_WAIT = 100;
/** How often the replica is asked meanwhile, in milliseconds. PostgreSQL 18 has no `WAIT FOR LSN`. */
const POLL_INTERVAL = 5;
/** For how long queries do not wait any more, once one has waited in vain, in milliseconds. */
const IMPATIENCE = 1_000;
/** When a replica that failed is checked again, in milliseconds: the delay doubles up to the second. */
const [MIN_BACKOFF, MAX_BACKOFF] = [1_000, 30_000];

/** A replica began or ceased to serve queries. */
export interface ReplicaChange {
  readonly replica: string;
  readonly inUse: boolean;
  /** Why it is not in use. */
  readonly cause?: unknown;
}

/** Options of a `Replica`. */
export interface ReplicaOptions {
  /** Host and port, for the log: a connection string has a password. */
  readonly name: string;
  readonly pool: Pool;
  /** Rejects if row-level security does not hold there, or it is no replica of the primary. */
  assertSafe(pool: Pool): Promise<void>;
  onChange(change: ReplicaChange): void;
  /** How statements share connections; see `ReadBatches`. */
  readonly batches?: ReadBatchOptions | undefined;
}

/**
 * One read replica. It is in use from a successful check until a failure; then queries leave it alone, and checks in the
 * background, with a growing delay, decide when it is used again: no query waits for a server that is away.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  readonly #database: ViewerDatabase;
  #inUse: boolean | null = null;
  #checking: Promise<void> | null = null;
  #retryAt = Number.NEGATIVE_INFINITY;
  #backoff = MIN_BACKOFF;
  #replayed: WalPosition = -1n;
  #observing: Promise<ReplayState> | null = null;
  #impatientUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#database = new ViewerDatabase(options.pool, TIMEOUTS, options.batches);
    // An idle connection broke; without a listener the event would end the process.
    options.pool.on('error', this.#fail);
  }

  get name(): string {
    return this.#options.name;
  }

  /** Resolves to the position that it has replayed; to what it last said if it does not answer. Never rejects. */
  async replayedNow(): Promise<WalPosition> {
    await this.#observe().then(
      (state) => this.#accepts(state, -1n),
      () => undefined,
    );
    return this.#replayed;
  }

  /** Whether queries may use it. If a check is due, starts one. */
  get isInUse(): boolean {
    if (this.#inUse === true) return true;
    if (performance.now() >= this.#retryAt) void this.check();
    return false;
  }

  /** Checks the replica, and takes it into use or not. Never rejects. Concurrent calls share one check. */
  check(): Promise<void> {
    this.#checking ??= this.#check()
      .catch(this.#fail)
      .finally(() => {
        this.#checking = null;
      });
    return this.#checking;
  }

  /** Whether it is known to have replayed a position. */
  hasReplayed(position: WalPosition): boolean {
    return this.#replayed >= position;
  }

  /** Asks until the replica has replayed a position, at most `MAX_WAIT`; resolves to whether it has. Never rejects. */
  async waitFor(position: WalPosition): Promise<boolean> {
    const giveUpAt = performance.now() < this.#impatientUntil ? 0 : performance.now() + MAX_WAIT;
    try {
      for (;;) {
        if (!this.#accepts(await this.#observe(), -1n)) return false;
        if (this.hasReplayed(position)) return true;
        if (performance.now() >= giveUpAt) break;
        await delay(POLL_INTERVAL);
      }
      this.#impatientUntil = performance.now() + IMPATIENCE;
    } catch (error) {
      this.#fail(error);
    }
    return false;
  }

  /**
   * Opens access for a query. Each statement asks the replica in the same round trip whether it is current.
   * @param required the position that it must have replayed
   * @returns a function that rejects with any error, after which the statement can run on the primary
   */
  openReader(viewerId: string, deadline: Deadline, required: WalPosition, trace?: TraceSpan): RunStatement {
    const isCurrent = (state: ReplayState) => this.#accepts(state, required);
    const { run } = this.#database.openReplicaReader(viewerId, deadline, isCurrent, trace);
    return async (...statement) => {
      try {
        return await run(...statement);
      } catch (error) {
        if (isServerFailure(error, deadline)) this.#fail(error);
        throw error;
      }
    };
  }

  close(): Promise<void> {
    return this.#options.pool.end();
  }

  async #check(): Promise<void> {
    // First: unlike the queries of `assertSafe`, it drops a connection that does not answer.
    if (!this.#accepts(await this.#observe(), -1n)) return;
    await this.#options.assertSafe(this.#options.pool);
    this.#backoff = MIN_BACKOFF;
    this.#report(true);
  }

  #observe(): Promise<ReplayState> {
    this.#observing ??= this.#database.ask(readReplayState).finally(() => {
      this.#observing = null;
    });
    return this.#observing;
  }

  #accepts({ isInRecovery, replayed }: ReplayState, required: WalPosition): boolean {
    // Two servers that both accept writes: what a promoted one shows may never have been committed on the primary.
    if (!isInRecovery) this.#fail(new ReplicaBehind('The server is no replica: it is not in recovery.'));
    else this.#replayed = parseWalPosition(replayed) ?? -1n;
    return isInRecovery && this.hasReplayed(required);
  }

  readonly #fail = (cause: unknown) => {
    if (this.#inUse !== false || performance.now() >= this.#retryAt) {
      this.#retryAt = performance.now() + this.#backoff;
      this.#backoff = Math.min(2 * this.#backoff, MAX_BACKOFF);
    }
    this.#report(false, cause);
  };

  #report(inUse: boolean, cause?: unknown): void {
    const isChange = inUse !== this.#inUse;
    this.#inUse = inUse;
    if (isChange) this.#options.onChange({ replica: this.#options.name, inUse, cause });
  }
}
