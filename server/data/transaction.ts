import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { classified, leavesConnectionSound, OperationEnded, RolledBack } from './errors.ts';
import { actingForEveryOwner, asViewer, begin, type Statement, send } from './wire.ts';

/**
 * Runs one prepared statement for the viewer it is bound to, and answers with its rows.
 * @param type what the statement reads for every owner (see every-owner.ts); in queries alone
 */
export type Run = <Row extends QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
  type?: string,
) => Promise<Row[]>;

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
    return this.#handle((statement, values, type) => {
      const steps = type === undefined ? [this.#as(viewerId)] : [this.#as(viewerId), actingForEveryOwner(type)];
      return this.#borrow(async (client) => (await send(client, steps, statement, values)).rows);
    });
  }

  /**
   * For mutations: one transaction for the whole operation, committed when `work` resolves and rolled back when it
   * rejects. It waits for every statement that was sent, awaited by its resolver or not.
   * @throws what `work` throws; {RolledBack} when PostgreSQL answers COMMIT with ROLLBACK, as it does after an error
   */
  async writing<T>(viewerId: string, work: (run: Run) => Promise<T>): Promise<T> {
    return this.#borrow(async (client, doubt) => {
      const sent: Promise<unknown>[] = [];
      const { run, close } = this.#handle(async (statement, values, type) => {
        // It would hold for the rest of the transaction, and so for what other resolvers read in it.
        if (type !== undefined) throw new TypeError(`${type} is read for every owner in a mutation: use a query.`);
        const steps = sent.length === 0 ? [begin, this.#as(viewerId)] : [];
        // One after the other: sibling resolvers ask at the same time, and pg no longer queues for them.
        const before = sent.at(-1)?.catch(() => {}) ?? Promise.resolve();
        const answer = before.then(() => send<QueryResultRow>(client, steps, statement, values));
        sent.push(answer);
        return (await answer.catch((error) => Promise.reject(classified(error)))).rows;
      });
      const outcome = await settled(work(run));
      close();
      for (const statement of await Promise.allSettled(sent))
        if (statement.status === 'rejected' && !leavesConnectionSound(statement.reason)) doubt();
      if (sent.length === 0) return outcome;
      if ('rejected' in outcome) {
        await send(client, [], ROLLBACK, []);
        return outcome;
      }
      if ((await send(client, [], COMMIT, [])).command === 'COMMIT') return outcome;
      return { rejected: new RolledBack('The transaction was rolled back: a failed statement went unnoticed.') };
    }).then(unsettled);
  }

  /** Whether the database answers at all. */
  async answers(): Promise<boolean> {
    return this.#borrow((client) => client.query('select')).then(
      () => true,
      () => false,
    );
  }

  #as(viewerId: string) {
    return asViewer(viewerId, this.#statementTimeout);
  }

  /** A connection that saw anything but success or a plain database error is dropped: the next borrower is a stranger. */
  async #borrow<T>(use: (client: PoolClient, doubt: () => void) => Promise<T>): Promise<T> {
    let sound = true;
    const doubt = () => {
      sound = false;
    };
    try {
      const client = await this.#pool.connect();
      // Between two statements nobody else hears of a connection that breaks: unheard, it would end the process.
      client.on('error', doubt);
      try {
        return await use(client, doubt);
      } catch (error) {
        sound = sound && leavesConnectionSound(error);
        throw error;
      } finally {
        client.off('error', doubt);
        client.release(!sound);
      }
    } catch (error) {
      throw classified(error);
    }
  }

  /** graphql-js answers before sibling resolvers have finished: what they ask afterwards is refused here. */
  #handle(exchange: (...asked: Parameters<Run>) => Promise<QueryResultRow[]>): Handle {
    let open = true;
    return {
      run: async <Row extends QueryResultRow>(...asked: Parameters<Run>) => {
        if (!open) throw new OperationEnded(`"${asked[0].name}" was asked for after its operation had ended.`);
        return (await exchange(...asked)) as Row[];
      },
      close: () => {
        open = false;
      },
    };
  }
}

type Outcome<T> = { readonly resolved: T } | { readonly rejected: unknown };

/** What became of a promise, as a value: an operation's failure is not the connection's. */
function settled<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (resolved) => ({ resolved }),
    (rejected: unknown) => ({ rejected }),
  );
}

function unsettled<T>(outcome: Outcome<T>): T {
  if ('rejected' in outcome) throw outcome.rejected;
  return outcome.resolved;
}
