import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import { Connection, type ConnectionTimeouts, type SharedStatement } from './connection.ts';
import type { Deadline } from './deadline.ts';
import type { Preamble, Statement, StatementResult } from './pipelined-query.ts';

/** A statement of a query, and the viewer it runs as. */
export interface ReadRequest {
  readonly viewerId: string;
  /** Sets the viewer. */
  readonly preamble: Preamble;
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly deadline: Deadline;
  /** Called when the statement is sent. */
  readonly onSend?: (() => void) | undefined;
}

/** Options of `ReadBatches`. */
export interface ReadBatchOptions {
  /** How many statements share a connection at a time; 1 means that none does. Default: 4 */
  readonly maxShared?: number;
  /** Returns milliseconds. Default: `performance.now` */
  readonly now?: () => number;
}

/** A viewer whose statement took longer than so many milliseconds shares no connection for a minute. */
const SLOW = 50;
const SLOW_VIEWERS = { max: 10_000, ttl: 60_000 };

interface Waiting extends ReadRequest {
  resolve(result: StatementResult): void;
  reject(error: unknown): void;
}

/**
 * Sends the statements of queries. Those of different viewers that are ready in one iteration of the event loop, or that
 * wait for a connection together, share a connection and a write: each is its own transaction, under its own Sync, with
 * its own viewer. A write, a wake-up of PostgreSQL's process and a read cost more than a short statement
 * (docs/decisions/066).
 *
 * A statement that shares a connection is never cancelled: the request could hit another viewer's. `statement_timeout`
 * ends it. Viewers whose statements are slow get connections of their own, so that no other viewer waits behind them.
 */
export class ReadBatches {
  readonly #pool: Pool;
  readonly #timeouts: ConnectionTimeouts;
  readonly #maxShared: number;
  readonly #now: () => number;
  readonly #slowViewers = new LRUCache<string, true>(SLOW_VIEWERS);
  #waiting: Waiting[] = [];
  #isScheduled = false;
  /** The number of connections that are being acquired: each takes a batch. */
  #acquiring = 0;

  constructor(
    pool: Pool,
    timeouts: ConnectionTimeouts,
    { maxShared = 4, now = () => performance.now() }: ReadBatchOptions = {},
  ) {
    this.#pool = pool;
    this.#timeouts = timeouts;
    this.#maxShared = maxShared;
    this.#now = now;
  }

  /**
   * Runs a statement and resolves with its result.
   * @throws PostgreSQL's error; {DatabaseUnavailable} on timeout, or if the client disconnects before it is sent;
   * pg-pool's error if no connection becomes free in time
   */
  run(request: ReadRequest): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...request, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After all sockets that have data were read: what their requests need is then ready.
      setImmediate(() => {
        this.#isScheduled = false;
        this.#acquireConnections();
      });
    });
  }

  #acquireConnections(): void {
    const needed = Math.ceil(this.#waiting.length / this.#maxShared);
    while (this.#acquiring < needed) void this.#serveBatch();
  }

  async #serveBatch(): Promise<void> {
    this.#acquiring++;
    let connection: Connection;
    try {
      connection = await Connection.acquire(this.#pool, this.#timeouts);
    } catch (error) {
      this.#acquiring--;
      for (const { reject } of this.#waiting.splice(0, this.#maxShared)) reject(error);
      return;
    }
    this.#acquiring--;
    try {
      const batch = this.#takeBatch(connection);
      // Those that this batch left behind.
      this.#acquireConnections();
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) await this.#runAlone(connection, only);
      else await this.#runTogether(connection, batch);
    } finally {
      connection.release();
    }
  }

  /** Takes the statements that one write will send, the one that has waited longest first. */
  #takeBatch(connection: Connection): Waiting[] {
    const [first, ...others] = this.#waiting;
    if (first === undefined) return [];
    const mayShare = (each: Waiting) =>
      !this.#slowViewers.has(each.viewerId) && connection.isPrepared(each.preamble, each.statement);
    const batch = [first];
    // Those of one viewer run side by side, and may be cancelled: they are often of one operation.
    const viewers = new Set([first.viewerId]);
    if (mayShare(first))
      for (const other of others) {
        if (batch.length === this.#maxShared) break;
        if (viewers.has(other.viewerId) || !mayShare(other)) continue;
        viewers.add(other.viewerId);
        batch.push(other);
      }
    this.#waiting = this.#waiting.filter((each) => !batch.includes(each));
    return batch;
  }

  async #runAlone(connection: Connection, waiting: Waiting): Promise<void> {
    const { preamble, statement, values, deadline, onSend, resolve, reject } = waiting;
    const sentAt = this.#now();
    try {
      onSend?.();
      resolve(await connection.execute([preamble], statement, values, deadline));
    } catch (error) {
      reject(error);
    }
    this.#judge(waiting, this.#now() - sentAt);
  }

  #runTogether(connection: Connection, batch: readonly Waiting[]): Promise<void> {
    let answeredAt = this.#now();
    return connection.executeTogether(
      batch.map((waiting): SharedStatement => {
        waiting.onSend?.();
        return {
          ...waiting,
          settle: (error, result) => {
            // PostgreSQL runs one after another: a statement began when the one before it was answered.
            const now = this.#now();
            this.#judge(waiting, now - answeredAt);
            answeredAt = now;
            if (result === undefined) waiting.reject(error);
            else waiting.resolve(result);
          },
        };
      }),
    );
  }

  #judge({ viewerId }: Waiting, milliseconds: number): void {
    if (milliseconds > SLOW) this.#slowViewers.set(viewerId, true);
  }
}
