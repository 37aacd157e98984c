import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, escapeIdentifier, type Notification, type QueryConfig, type QueryResultRow } from 'pg';
import { withTimeout } from '../pg/with-timeout.ts';

/** How often and how long, in milliseconds. */
export interface ChannelTimings {
  /** Between two beats; 250 unless said otherwise. */
  readonly heartbeatInterval?: number;
  /** How long after a beat was sent what it proved still counts, and how long its answer may take; 1,000. */
  readonly lease?: number;
  /** How long opening may take, catching up included; 10,000 unless said otherwise. */
  readonly openTimeout?: number;
  /** The longest wait before the next attempt to open; 2,000 unless said otherwise. The first is a twentieth of it. */
  readonly maxBackoff?: number;
}

/** What a channel is made of. */
export interface ChannelOptions extends ChannelTimings {
  /** The name that is notified. */
  readonly name: string;
  /** Makes a connection that nobody else uses, not yet connected. */
  createClient(): Client;
  /** Hears what was notified. */
  onMessage(payload: string): void;
  /** Catches up with what was notified before; called whenever the channel was opened, before it counts as sound. */
  catchUp(connection: Client): Promise<void>;
  /** Hears that the channel has opened, and why it could not be opened or has broken. */
  onChange?(change: ChannelChange): void;
}

/** What became of a channel. */
export type ChannelChange = { readonly open: true } | { readonly open: false; readonly cause: unknown };

const DEFAULTS = { heartbeatInterval: 250, lease: 1_000, openTimeout: 10_000, maxBackoff: 2_000 };
const PROBE = 'proof';

/**
 * A connection that listens for NOTIFY, opened again whenever it breaks.
 *
 * NOTIFY is not durable, and a connection can be dead without a sign: a switch that lost its state swallows what is
 * sent. So the channel answers for having heard everything only while a question over the same connection, its beat,
 * was answered a moment ago: PostgreSQL delivers what is pending before it is ready for the next question.
 */
export class NotificationChannel {
  readonly #options: ChannelOptions & Required<ChannelTimings>;
  readonly #closed = new AbortController();
  readonly #firstAttempt = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #verifiedAt = Number.NEGATIVE_INFINITY;
  #isOpen: boolean | undefined;
  /** The connection that listens, from its LISTEN until it is given up. */
  #connection: Client | null = null;
  /** Resolves when that connection has caught up; rejects when it is given up before. */
  #caughtUp: Promise<void> = Promise.resolve();

  /** Begins to open it; `attempted` tells when that has succeeded or failed for the first time. */
  constructor(options: ChannelOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#running = this.#run();
  }

  /** Resolves when the channel is open, or could not be opened at once. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise;
  }

  /** Whether everything that was notified has been heard, up to what is younger than the lease. */
  get isCurrent(): boolean {
    return performance.now() - this.#verifiedAt < this.#options.lease;
  }

  /**
   * Runs a query over the connection that listens: it sees everything that had been committed when the last
   * notification that was heard was sent, and takes no connection from those who serve requests. A query that comes
   * while the channel catches up waits for that, at most `patience`; the lease begins afterwards. Otherwise one
   * notification during a slow catch-up would break the connection, and the next attempt could fare the same.
   * @throws what the database says; {Error} when the channel is not open, or has no answer within the lease
   */
  async query<Row extends QueryResultRow>(config: QueryConfig): Promise<readonly Row[]> {
    const connection = this.#connection;
    if (connection === null) throw new Error('The channel is not open.');
    await this.#caughtUp;
    const { rows } = await withTimeout(this.#options.lease, connection.query<Row>(config), this.#closed.signal);
    return rows;
  }

  /** Gives the connection up: the channel is not sound until another one has caught up. */
  reopen(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#verifiedAt = Number.NEGATIVE_INFINITY;
    connection?.connection.stream.destroy();
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('The channel was closed.'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { maxBackoff } = this.#options;
    let backoff = maxBackoff / 20;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#listen(() => {
          backoff = maxBackoff / 20;
          this.#report({ open: true });
        });
      } catch (cause) {
        if (!this.#closed.signal.aborted) this.#report({ open: false, cause });
      }
      this.#verifiedAt = Number.NEGATIVE_INFINITY;
      await this.#pause(backoff);
      backoff = Math.min(backoff * 2, maxBackoff);
    }
    this.#firstAttempt.resolve();
  }

  #report(change: ChannelChange): void {
    if (change.open !== this.#isOpen) this.#options.onChange?.(change);
    this.#isOpen = change.open;
    this.#firstAttempt.resolve();
  }

  /** Opens a connection and beats until the channel is closed; rejects when the connection breaks or falls silent. */
  async #listen(onOpen: () => void): Promise<void> {
    const { createClient, catchUp, heartbeatInterval, lease, openTimeout } = this.#options;
    const { signal } = this.#closed;
    const connection = createClient();
    const invalidate = () => {
      this.#verifiedAt = Number.NEGATIVE_INFINITY;
    };
    connection.on('error', invalidate).on('end', invalidate);
    const caughtUp = Promise.withResolvers<void>();
    caughtUp.promise.catch(() => undefined);
    this.#caughtUp = caughtUp.promise;
    try {
      await withTimeout(openTimeout, this.#verifyDelivery(connection), signal);
      await withTimeout(openTimeout, catchUp(connection), signal);
      caughtUp.resolve();
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        const sentAt = performance.now();
        await withTimeout(lease, connection.query('select'), signal);
        // An answer that had arrived before the connection was given up proves nothing any more.
        if (this.#connection !== connection) throw new Error('The connection was given up.');
        this.#verifiedAt = sentAt;
        if (isFirst) onOpen();
        await this.#pause(heartbeatInterval);
      }
    } finally {
      this.#connection = null;
      caughtUp.reject(new Error('The channel broke before it had caught up.'));
      // Where an answer is still due this destroys the socket: one cannot take leave of a peer that is gone.
      connection.end().catch(() => undefined);
    }
  }

  /**
   * Connects, listens, and hears a notification of its own: between us and PostgreSQL may stand a pooler that takes
   * LISTEN and delivers nothing.
   */
  async #verifyDelivery(connection: Client): Promise<void> {
    const { name, onMessage } = this.#options;
    const probe = `${PROBE} ${randomUUID()}`;
    const delivered = new Promise<void>((resolve) => {
      connection.on('notification', ({ channel, payload = '' }: Notification) => {
        if (channel !== name) return;
        if (payload === probe) resolve();
        else if (!payload.startsWith(PROBE)) onMessage(payload);
      });
    });
    await connection.connect();
    await connection.query(`listen ${escapeIdentifier(name)}`);
    this.#connection = connection;
    await connection.query('select pg_notify($1, $2)', [name, probe]);
    await delivered;
  }

  #pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, undefined, { ref: false, signal: this.#closed.signal }).catch(() => undefined);
  }
}
