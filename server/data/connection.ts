import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import { cancel } from './cancel.ts';
import { DatabaseUnavailable, leavesConnectionSound } from './errors.ts';
import type { Patience } from './patience.ts';
import { type Statement, type Step, send } from './wire.ts';

/** For how long a connection waits. Milliseconds. */
export interface Limits {
  /** How long PostgreSQL may take to answer, the network included. */
  readonly exchange: number;
  /**
   * How long a statement may still run once its client has left. Most end by themselves in that time: clients that come
   * and go must not make the server build a connection for each of them.
   */
  readonly grace: number;
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
  readonly #limits: Limits;
  #isSound = true;
  #isGivenUp = false;

  private constructor(client: PoolClient, limits: Limits) {
    this.#client = client;
    this.#limits = limits;
    // Between two statements nobody else hears of a connection that breaks: unheard, it would end the process.
    client.on('error', this.#doubt);
  }

  /**
   * Borrows a connection.
   * @throws {DatabaseUnavailable} when nobody waits for the answer; what pg-pool says when none becomes free in time
   */
  static async borrow(pool: Pool, limits: Limits, patience: Patience): Promise<Connection> {
    insist(patience);
    return new Connection(await pool.connect(), limits);
  }

  /**
   * Sends the steps and the statement, and resolves with the statement's answer.
   * @throws what PostgreSQL says; {DatabaseUnavailable} when it does not answer in time, or the client leaves meanwhile
   */
  exchange<Row extends QueryResultRow>(
    steps: readonly Step[],
    statement: Statement,
    values: readonly unknown[],
    patience: Patience,
  ): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      // What is sent now would queue up behind the unanswered one, and run when PostgreSQL comes to itself.
      if (this.#isGivenUp) throw new DatabaseUnavailable('The connection does not answer.');
      insist(patience);
      const { left, due } = patience;
      const giveUp = () => {
        this.#isGivenUp = true;
        cancel(this.#client as PoolClient & { processID: number | null; secretKey: number | null });
        settle(new DatabaseUnavailable(`"${statement.name}" was not answered in time.`));
      };
      let timer = setTimeout(giveUp, Math.min(this.#limits.exchange, due - performance.now()));
      const hurry = () => {
        clearTimeout(timer);
        timer = setTimeout(giveUp, Math.min(this.#limits.grace, due - performance.now()));
      };
      const settle = (error: unknown, result?: QueryResult) => {
        clearTimeout(timer);
        left?.removeEventListener('abort', hurry);
        if (!error) return resolve(result as QueryResult<Row>);
        if (!leavesConnectionSound(error)) this.#doubt();
        reject(error);
      };
      left?.addEventListener('abort', hurry);
      try {
        send(this.#client, steps, statement, values, settle);
      } catch (error) {
        settle(error);
      }
    });
  }

  /** Gives it back, or drops it: so also when PostgreSQL has not said that no transaction is open on it. */
  release(): void {
    this.#client.off('error', this.#doubt);
    this.#client.release(!this.#isSound || this.#client.getTransactionStatus() !== IDLE);
  }

  readonly #doubt = () => {
    this.#isSound = false;
  };
}

function insist({ left, due }: Patience): void {
  if (left?.aborted) throw new DatabaseUnavailable('The client has left.');
  if (performance.now() >= due) throw new DatabaseUnavailable('The time for the answer is up.');
}
