import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { classified, leavesConnectionSound, OperationEnded, RolledBack } from './errors.ts';
import { asViewer, begin, type Statement, send } from './wire.ts';

/** Runs one prepared statement for the viewer it is bound to, and answers with its rows. */
export type Run = <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** How one operation reaches the database; once closed, its `run` refuses. */
export interface Handle {
  readonly run: Run;
  close(): void;
}

const COMMIT: Statement = { name: 'commit', text: 'commit' };
const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' };

/** The one place where statements meet the wire. */
export class Database {
  readonly #pool: Pool;
  readonly #statementTimeout: number;

  /** @param statementTimeout how long one statement may take, in milliseconds */
  constructor(pool: Pool, statementTimeout = 5_000) {
    this.#pool = pool;
    this.#statementTimeout = statementTimeout;
  }

  /** For queries: every statement carries its viewer with it and is a transaction of its own. */
  reading(viewerId: string): Handle {
    return this.#handle((statement, values) =>
      this.#borrow(async (client) => (await send(client, [this.#as(viewerId)], statement, values)).rows),
    );
  }

  /**
   * For mutations: one transaction for the whole operation, committed when `work` resolves and rolled back when it
   * rejects. The connection is borrowed at the first statement and goes back when every statement has settled.
   * @throws what `work` throws; {RolledBack} when PostgreSQL answers COMMIT with ROLLBACK, as it does after an error
   */
  async writing<T>(viewerId: string, work: (run: Run) => Promise<T>): Promise<T> {
    return this.#borrow(async (client) => {
      const sent: Promise<unknown>[] = [];
      const { run, close } = this.#handle(async (statement, values) => {
        const steps = sent.length === 0 ? [begin, this.#as(viewerId)] : [];
        const answer = send(client, steps, statement, values);
        sent.push(answer);
        return (await answer).rows;
      });
      const settled = () => Promise.allSettled(sent);
      try {
        const result = await work(run);
        close();
        await settled();
        if (sent.length > 0 && (await send(client, [], COMMIT, [])).command !== 'COMMIT')
          throw new RolledBack('The transaction was rolled back: a failed statement went unnoticed.');
        return result;
      } catch (error) {
        close();
        await settled();
        if (sent.length > 0) await send(client, [], ROLLBACK, []);
        throw error;
      }
    });
  }

  #as(viewerId: string) {
    return asViewer(viewerId, this.#statementTimeout);
  }

  /** A connection that saw anything but success or a plain database error is dropped: the next borrower is a stranger. */
  async #borrow<T>(use: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error) => Promise.reject(classified(error)));
    let sound = false;
    try {
      const result = await use(client);
      sound = true;
      return result;
    } catch (error) {
      sound = leavesConnectionSound(error);
      throw error;
    } finally {
      client.release(!sound);
    }
  }

  /** graphql-js answers before sibling resolvers have finished: what they ask afterwards is refused here. */
  #handle(send: (statement: Statement, values: readonly unknown[]) => Promise<QueryResultRow[]>): Handle {
    let open = true;
    return {
      run: async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) => {
        if (!open) throw new OperationEnded(`"${statement.name}" was asked for after its operation had ended.`);
        return send(statement, values).catch((error) => Promise.reject(classified(error))) as Promise<Row[]>;
      },
      close: () => {
        open = false;
      },
    };
  }
}
