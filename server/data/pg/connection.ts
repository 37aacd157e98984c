import type { Pool, PoolClient } from 'pg';
import { sendCancelRequest } from './cancel-request.ts';
import { DatabaseUnavailable, isConnectionReusable } from './database-errors.ts';
import type { Deadline } from './deadline.ts';
import { type Preamble, sendPipelined, type Statement, type StatementResult } from './pipelined-query.ts';

/** Time limits of a connection, in milliseconds. */
export interface ConnectionTimeouts {
  /** Time limit for the answer to a statement, including the network. */
  readonly response: number;
  /**
   * How long a statement may go on after its client has disconnected. Most statements end by themselves in that time,
   * and their connection is kept: otherwise clients that disconnect would cost the server a new connection each.
   */
  readonly cancelGrace: number;
}

/** The transaction status of a connection on which none is open (manual, "Message Formats": ReadyForQuery). */
const IDLE = 'I';

/**
 * A connection borrowed from the pool. It returns to the pool only if every statement was answered or rejected by
 * PostgreSQL. After a broken socket, a timeout or a cancel it is dropped: the next borrower could receive an answer
 * meant for another viewer.
 */
export class Connection {
  readonly #client: PoolClient;
  readonly #timeouts: ConnectionTimeouts;
  #isReusable = true;
  #isAbandoned = false;

  private constructor(client: PoolClient, timeouts: ConnectionTimeouts) {
    this.#client = client;
    this.#timeouts = timeouts;
    // pg emits `error` for a connection that breaks between statements; without a listener it would end the process.
    client.on('error', this.#markUnusable);
  }

  /**
   * Borrows a connection from the pool.
   * @throws {DatabaseUnavailable} if the deadline has expired; pg-pool's error if no connection becomes free in time
   */
  static async acquire(pool: Pool, timeouts: ConnectionTimeouts, deadline: Deadline): Promise<Connection> {
    assertNotExpired(deadline);
    return new Connection(await pool.connect(), timeouts);
  }

  /**
   * Sends the preambles and the statement, and resolves with the statement's result.
   * @throws PostgreSQL's error; {DatabaseUnavailable} on timeout, or if the client disconnects meanwhile
   */
  execute<Row extends object>(
    preambles: readonly Preamble[],
    statement: Statement,
    values: readonly unknown[],
    deadline: Deadline,
  ): Promise<StatementResult<Row>> {
    return new Promise((resolve, reject) => {
      // The statement would queue behind the unanswered one, and run when PostgreSQL recovers.
      if (this.#isAbandoned) throw new DatabaseUnavailable('The connection has timed out before.');
      assertNotExpired(deadline);
      const { clientGone, expiresAt } = deadline;
      const abandon = () => {
        this.#isAbandoned = true;
        sendCancelRequest(this.#client as PoolClient & { processID: number | null; secretKey: number | null });
        settle(new DatabaseUnavailable(`"${statement.name}" was not answered in time.`));
      };
      let timer = setTimeout(abandon, Math.min(this.#timeouts.response, expiresAt - performance.now()));
      const shortenTimeout = () => {
        clearTimeout(timer);
        timer = setTimeout(abandon, Math.min(this.#timeouts.cancelGrace, expiresAt - performance.now()));
      };
      const settle = (error: unknown, result?: StatementResult) => {
        clearTimeout(timer);
        clientGone?.removeEventListener('abort', shortenTimeout);
        if (!error) return resolve(result as StatementResult<Row>);
        if (!isConnectionReusable(error)) this.#markUnusable();
        reject(error);
      };
      clientGone?.addEventListener('abort', shortenTimeout);
      try {
        sendPipelined(this.#client, preambles, statement, values, settle);
      } catch (error) {
        settle(error);
      }
    });
  }

  /** Returns the connection to the pool; drops it if it is not reusable or a transaction may still be open on it. */
  release(): void {
    this.#client.off('error', this.#markUnusable);
    this.#client.release(!this.#isReusable || this.#client.getTransactionStatus() !== IDLE);
  }

  readonly #markUnusable = () => {
    this.#isReusable = false;
  };
}

function assertNotExpired({ clientGone, expiresAt }: Deadline): void {
  if (clientGone?.aborted) throw new DatabaseUnavailable('The client has disconnected.');
  if (performance.now() >= expiresAt) throw new DatabaseUnavailable('The operation has timed out.');
}
