import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, escapeIdentifier, type Notification, type QueryConfig, type QueryResultRow } from 'pg';
import { withTimeout } from '../pg/with-timeout.ts';

/** Intervals and time limits, in milliseconds. */
export interface ChannelTimings {
  /** Interval between heartbeats. Default: 250. */
  readonly heartbeatInterval?: number;
  /** How long a heartbeat counts, from when it was sent; also its time limit. Default: 1,000. */
  readonly lease?: number;
  /** Time limit for opening, and for catching up. Default: 10,000 each. */
  readonly openTimeout?: number;
  /** Maximum wait between attempts to open. Default: 2,000. The first wait is a twentieth of it. */
  readonly maxBackoff?: number;
}

/** Options of a {@link NotificationChannel}. */
export interface ChannelOptions extends ChannelTimings {
  /** The name of the channel, as in LISTEN and NOTIFY. */
  readonly name: string;
  /** Creates an exclusive connection, not yet connected. */
  createClient(): Client;
  /**
   * Creates a connection to the database whose notifications the channel has to receive, not yet connected. The probe is
   * sent over it each time the channel opens.
   */
  createSender(): Client;
  /** Called with the payload of each notification. */
  onMessage(payload: string): void;
  /** Reads what was notified before; called each time the channel opens, before it becomes current. */
  catchUp(connection: Client): Promise<void>;
  /** Called when the channel has opened, or has failed. */
  onChange?(change: ChannelChange): void;
}

/** A change of the state of a channel. */
export type ChannelChange = { readonly open: true } | { readonly open: false; readonly cause: unknown };

/** Default of `lease`, in milliseconds. */
export const DEFAULT_LEASE = 1_000;
const DEFAULTS = { heartbeatInterval: 250, lease: DEFAULT_LEASE, openTimeout: 10_000, maxBackoff: 2_000 };
const PROBE = 'proof';

/**
 * A connection that listens for NOTIFY, and is reopened whenever it breaks.
 *
 * NOTIFY is not durable, and a TCP connection can be dead without an error, for example when a switch has lost its
 * state. Therefore the channel is current only while a heartbeat query over the same connection was answered within the
 * lease: PostgreSQL delivers pending notifications before it is ready for the next query.
 */
export class NotificationChannel {
  readonly #options: ChannelOptions & Required<ChannelTimings>;
  readonly #closed = new AbortController();
  readonly #firstAttempt = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #verifiedAt = Number.NEGATIVE_INFINITY;
  #isOpen: boolean | undefined;
  /** The listening connection; null before LISTEN and after it was given up. */
  #connection: Client | null = null;
  /** Resolves when the connection has caught up; rejects if it is given up before. */
  #caughtUp: Promise<void> = Promise.resolve();

  /** Starts to open the channel. `firstAttempt` resolves when that has succeeded or failed. */
  constructor(options: ChannelOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#running = this.#run();
  }

  /** Resolves when the first attempt to open the channel has succeeded or failed. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise;
  }

  /** Whether all notifications have been received, except those of the last `lease` milliseconds. */
  get isCurrent(): boolean {
    return performance.now() - this.#verifiedAt < this.#options.lease;
  }

  /**
   * Runs a query over the listening connection. It sees everything that was committed before the last received
   * notification, and takes no connection from the pool that serves requests. A query during the catch-up waits for its
   * end, at most `openTimeout`; its own time limit, the lease, starts afterwards. Otherwise one notification during a
   * slow catch-up would break the connection, and the next attempt could fail in the same way.
   * @throws PostgreSQL's error; {Error} if the channel is not open, or on timeout
   */
  async query<Row extends QueryResultRow>(config: QueryConfig): Promise<readonly Row[]> {
    const connection = this.#connection;
    if (connection === null) throw new Error('The channel is not open.');
    await this.#caughtUp;
    const { rows } = await withTimeout(this.#options.lease, connection.query<Row>(config), this.#closed.signal);
    return rows;
  }

  /** Drops the connection. The channel is not current until a new connection has caught up. */
  reopen(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#verifiedAt = Number.NEGATIVE_INFINITY;
    connection?.connection.stream.destroy();
  }

  /** Closes the channel; it is not reopened. */
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

  /**
   * Opens a connection and sends heartbeats until the channel is closed; rejects if the connection breaks or times out.
   */
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
        // `reopen` may have dropped the connection after this answer was sent: it does not count.
        if (this.#connection !== connection) throw new Error('The connection was dropped by reopen().');
        this.#verifiedAt = sentAt;
        if (isFirst) onOpen();
        await this.#pause(heartbeatInterval);
      }
    } finally {
      this.#connection = null;
      caughtUp.reject(new Error('The channel failed before it had caught up.'));
      // With a query in flight, `end` destroys the socket: a dead peer would never answer a Terminate message.
      connection.end().catch(() => undefined);
    }
  }

  /**
   * Connects, listens, and waits for a notification that another connection sends. A pooler in transaction mode accepts
   * LISTEN, and delivers nothing while the client is idle. A notification that the listening connection sends to itself
   * does not show that: PgBouncer gives it the same server connection again, which delivers it with the answer. The
   * sender takes the way of the API's statements, so that a channel to another database does not open either.
   */
  async #verifyDelivery(connection: Client): Promise<void> {
    const { name, onMessage, createSender, openTimeout, lease } = this.#options;
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
    const sender = createSender();
    sender.on('error', () => undefined);
    try {
      await withTimeout(
        openTimeout,
        sender.connect().then(() => sender.query('select pg_notify($1, $2)', [name, probe])),
      );
    } finally {
      // Not awaited: a peer that is dead does not end its connection.
      sender.end().catch(() => undefined);
    }
    await withTimeout(lease, delivered);
  }

  #pause(milliseconds: number): Promise<void> {
    return delay(milliseconds, undefined, { ref: false, signal: this.#closed.signal }).catch(() => undefined);
  }
}
