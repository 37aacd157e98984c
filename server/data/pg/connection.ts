import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { sendCancelRequest } from './cancel-request.ts';
import { DatabaseUnavailable, isConnectionReusable } from './database-errors.ts';
import type { Deadline } from './deadline.ts';
import { type Statement, type Preamble, sendPipelined } from './pipelined-query.ts';

/** For how long a connection waits. Milliseconds. */
export interface ConnectionTimeouts {
  /** How long PostgreSQL may take to answer, the network included. */
  readonly response: number;
  /**
   * How long a statement may still run once its client has left. Most end by themselves in that time: clients that come
   * and go must not make the server build a connection for each of them.
   */
  readonly cancelGrace: number;
}

/** The transaction status of a connection on which none is open (manual, "Message Formats": ReadyForQuery). */
const IDLE = 'I';

/**
 * One borrowed connection. It goes back to the pool only when it saw nothing but answers and plain refusals of
 * PostgreSQL; after anything else (a broken socket, no answer in time, a cancel) it is dropped, because what comes over
 * it next may be meant for somebody else.
 */
export class Connection {
  readonly #client: PoolClient;
  readonly #timeouts: ConnectionTimeouts;
  #isReusable = true;
  #isAbandoned = false;

  private constructor(client: PoolClient, timeouts: ConnectionTimeouts) {
    this.#client = client;
    this.#timeouts = timeouts;
    // Between two statements nobody else hears of a connection that breaks: unheard, it would end the process.
    client.on('error', this.#markUnusable);
  }

  /**
   * Borrows a connection.
   * @throws {DatabaseUnavailable} when nobody waits for the answer; what pg-pool says when none becomes free in time
   */
  static async acquire(pool: Pool, timeouts: ConnectionTimeouts, deadline: Deadline): Promise<Connection> {
    assertNotExpired(deadline);
    return new Connection(await pool.connect(), timeouts);
  }

  /**
   * Sends the steps and the statement, and resolves with the statement's answer.
   * @throws what PostgreSQL says; {DatabaseUnavailable} when it does not answer in time, or the client leaves meanwhile
   */
  execute<Row extends QueryResultRow>(
    preambles: readonly Preamble[],
    statement: Statement,
    values: readonly unknown[],
    deadline: Deadline,
  ): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      // What is sent now would queue up behind the unanswered one, and run when PostgreSQL comes to itself.
      if (this.#isAbandoned) throw new DatabaseUnavailable('The connection does not answer.');
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
      const settle = (error: unknown, result?: QueryResult) => {
        clearTimeout(timer);
        clientGone?.removeEventListener('abort', shortenTimeout);
        if (!error) return resolve(result as QueryResult<Row>);
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

  /** Gives it back, or drops it: so also when PostgreSQL has not said that no transaction is open on it. */
  release(): void {
    this.#client.off('error', this.#markUnusable);
    this.#client.release(!this.#isReusable || this.#client.getTransactionStatus() !== IDLE);
  }

  readonly #markUnusable = () => {
    this.#isReusable = false;
  };
}

function assertNotExpired({ clientGone, expiresAt }: Deadline): void {
  if (clientGone?.aborted) throw new DatabaseUnavailable('The client has left.');
  if (performance.now() >= expiresAt) throw new DatabaseUnavailable('The time for the answer is up.');
}
