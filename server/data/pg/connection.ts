import type { Pool, PoolClient } from 'pg';
import { sendCancelRequest } from './cancel-request.ts';
import { DatabaseUnavailable, isConnectionReusable } from './database-errors.ts';
import { type Deadline, NO_DEADLINE } from './deadline.ts';
import {
  isPrepared,
  type Preamble,
  sendPipelined,
  sendTogether,
  type Statement,
  type StatementResult,
} from './pipelined-query.ts';

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

/** A statement that shares a connection with those of other viewers. */
export interface SharedStatement {
  readonly preamble: Preamble;
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly deadline: Deadline;
  /** Called once, with the statement's result or with the error. */
  settle(error: unknown, result?: StatementResult): void;
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
  static async acquire(pool: Pool, timeouts: ConnectionTimeouts, deadline = NO_DEADLINE): Promise<Connection> {
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

  /** Whether the connection has prepared a statement and its preamble: only then may it be sent behind others. */
  isPrepared(preamble: Preamble, statement: Statement): boolean {
    return isPrepared(this.#client, [preamble], statement);
  }

  /**
   * Sends several viewers' prepared statements in one write, each under its own Sync: PostgreSQL runs them one after
   * another, each as a transaction of its own, and an error ends only the statement that has it. Resolves when PostgreSQL
   * has answered all, or none for the time limit; the connection is then dropped, and the others' errors are
   * {DatabaseUnavailable}. No statement is cancelled, also when its client disconnects: `statement_timeout` ends it.
   */
  executeTogether(statements: readonly SharedStatement[]): Promise<void> {
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const unsettled = new Set(statements);
    let answeredAt = performance.now();
    const settle = (each: SharedStatement, error: unknown, result?: StatementResult) => {
      if (unsettled.delete(each)) each.settle(error, result);
    };
    const sent = statements.filter((each) => {
      try {
        assertNotExpired(each.deadline);
        return true;
      } catch (error) {
        settle(each, error);
        return false;
      }
    });
    if (sent.length === 0) return Promise.resolve();

    let unanswered = sent.length;
    const check = () => {
      const now = performance.now();
      for (const each of unsettled)
        if (now >= each.deadline.expiresAt)
          settle(each, new DatabaseUnavailable(`"${each.statement.name}" was not answered in time.`));
      if (now - answeredAt < this.#timeouts.response) return void (timer = setTimeout(check, untilNextCheck(now)));
      this.#markUnusable();
      for (const each of unsettled) settle(each, new DatabaseUnavailable('PostgreSQL did not answer in time.'));
      end();
    };
    const untilNextCheck = (now: number) => {
      const expiries = [...unsettled].map(({ deadline }) => deadline.expiresAt);
      return Math.max(1, Math.min(answeredAt + this.#timeouts.response, ...expiries) - now);
    };
    let timer = setTimeout(check, untilNextCheck(answeredAt));
    sendTogether(
      this.#client,
      sent.map((each) => ({
        preambles: [each.preamble],
        statement: each.statement,
        values: each.values,
        callback: (error, result) => {
          answeredAt = performance.now();
          if (error && !isConnectionReusable(error)) this.#markUnusable();
          settle(each, error, result);
          unanswered--;
          if (unanswered > 0) return;
          clearTimeout(timer);
          end();
        },
      })),
    );
    return promise;
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
