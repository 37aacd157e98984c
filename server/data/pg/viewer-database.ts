import type { Pool, QueryResultRow } from 'pg';
import { KeyedSemaphore, WaitAborted } from '../../../runtime/keyed-semaphore.ts';
import { Connection, type ConnectionTimeouts } from './connection.ts';
import { classifyDatabaseError, DatabaseUnavailable, OperationEnded, RolledBack } from './database-errors.ts';
import { NO_DEADLINE, type Deadline } from './deadline.ts';
import { enableCrossOwnerRead, setViewer, beginTransaction, type Statement } from './pipelined-query.ts';
import { withTimeout } from './with-timeout.ts';

/**
 * Runs one prepared statement for the viewer it is bound to, and answers with its rows.
 * @param type what the statement reads for every owner (see every-owner.ts); in queries alone
 */
export type RunStatement = <Row extends QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
  type?: string,
) => Promise<Row[]>;

/** How one operation reaches the database; once closed, its `run` refuses. */
export interface StatementHandle {
  readonly run: RunStatement;
  close(): void;
}

/** How long a database may take, in milliseconds. */
export interface DatabaseTimeouts {
  /** How long one statement may run, by PostgreSQL's clock; 5 s unless said otherwise. */
  readonly statement?: number;
  /** How long the answer to it may take, by ours; a second more than the statement unless said otherwise. */
  readonly response?: number;
  /** How long a statement may go on when its client has left; a quarter of a second unless said otherwise. */
  readonly cancelGrace?: number;
  /** How long whoever asks whether the database answers is kept waiting; 2 s unless said otherwise. */
  readonly readiness?: number;
}

const COMMIT: Statement = { name: 'commit', text: 'commit' };
const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' };
const PING: Statement = { name: 'nothing', text: 'select' };

/** The one place where statements meet the wire. */
export class ViewerDatabase {
  readonly #pool: Pool;
  readonly #timeouts: ConnectionTimeouts;
  readonly #statementTimeout: number;
  readonly #readinessTimeout: number;
  /**
   * Mutations of one viewer run one after the other: they would wait for each other's rows all the same, each on a
   * connection, and where two wait crosswise PostgreSQL takes a second to see it. Twenty of them held up everybody.
   */
  readonly #writeSemaphore = new KeyedSemaphore({ limitPerKey: 1 });
  /** However much one viewer asks for at once, half of the connections are left to others. */
  readonly #readSemaphore: KeyedSemaphore;
  #pendingPing: Promise<unknown> | null = null;

  constructor(
    pool: Pool,
    { statement = 5_000, response = statement + 1_000, cancelGrace = 250, readiness = 2_000 }: DatabaseTimeouts = {},
  ) {
    this.#pool = pool;
    this.#readSemaphore = new KeyedSemaphore({ limitPerKey: Math.max(1, Math.floor((pool.options.max ?? 0) / 2)) });
    this.#timeouts = { response, cancelGrace };
    this.#statementTimeout = statement;
    this.#readinessTimeout = readiness;
  }

  /**
   * For queries: every statement carries its viewer with it and is a transaction of its own. When nobody waits any
   * longer, the one that runs is cancelled and none is sent.
   */
  openReader(viewerId: string, deadline: Deadline = NO_DEADLINE): StatementHandle {
    return createStatementHandle((statement, values, type) => {
      const preambles =
        type === undefined
          ? [this.#viewerPreamble(viewerId)]
          : [this.#viewerPreamble(viewerId), enableCrossOwnerRead(type)];
      return this.#withSlot(this.#readSemaphore, viewerId, deadline, async (connection) => {
        const { rows } = await connection.execute(preambles, statement, values, deadline);
        return rows;
      });
    });
  }

  /**
   * For mutations: one transaction for the whole operation, committed when `work` resolves and rolled back when it
   * rejects or the answer is overdue. It waits for every statement that was sent, awaited by its resolver or not.
   * @throws what `work` throws; {RolledBack} when PostgreSQL answers COMMIT with ROLLBACK, as it does after an error;
   * {DatabaseUnavailable} when COMMIT is not answered: then nobody knows what became of it, and nobody is told "done"
   */
  async runTransaction<T>(
    viewerId: string,
    work: (run: RunStatement) => Promise<T>,
    { expiresAt }: Deadline = NO_DEADLINE,
  ): Promise<T> {
    // A client that leaves does not learn what became of its mutation; a mutation that is half done would be worse.
    const deadline = { clientGone: null, expiresAt };
    const outcome = await this.#withSlot(this.#writeSemaphore, viewerId, deadline, (connection) =>
      this.#transact(connection, viewerId, work, deadline),
    );
    if ('rejected' in outcome) throw outcome.rejected;
    return outcome.resolved;
  }

  async #transact<T>(
    connection: Connection,
    viewerId: string,
    work: (run: RunStatement) => Promise<T>,
    deadline: Deadline,
  ): Promise<Outcome<T>> {
    const sent: Promise<unknown>[] = [];
    const { run, close } = createStatementHandle(async (statement, values, type) => {
      // It would hold for the rest of the transaction, and so for what other resolvers read in it.
      if (type !== undefined) throw new TypeError(`${type} is read for every owner in a mutation: use a query.`);
      const preambles = sent.length === 0 ? [beginTransaction, this.#viewerPreamble(viewerId)] : [];
      // One after the other: sibling resolvers ask at the same time, and pg no longer queues for them.
      const previous = sent.at(-1)?.catch(() => {}) ?? Promise.resolve();
      const result = previous.then(() => connection.execute(preambles, statement, values, deadline));
      sent.push(result);
      return (await result.catch((error) => Promise.reject(classifyDatabaseError(error)))).rows;
    });
    const outcome = await settle(work(run));
    close();
    await Promise.allSettled(sent);
    if (sent.length === 0) return outcome;
    // The last word has time of its own: how long the operation took until here is no reason to leave it unsaid.
    if ('resolved' in outcome) {
      if ((await connection.execute([], COMMIT, [], NO_DEADLINE)).command === 'COMMIT') return outcome;
      return { rejected: new RolledBack('The transaction was rolled back: a failed statement went unnoticed.') };
    }
    // What cannot be rolled back by word is rolled back by hanging up.
    await connection.execute([], ROLLBACK, [], NO_DEADLINE).catch(() => {});
    return outcome;
  }

  /**
   * Whether the database answers at all, and soon. However many ask at a time, one asks the database.
   * @param onFailure hears why not
   */
  async isResponsive(onFailure: (error: unknown) => void = () => {}): Promise<boolean> {
    this.#pendingPing ??= this.#withConnection(NO_DEADLINE, (connection) =>
      connection.execute([], PING, [], NO_DEADLINE),
    ).finally(() => {
      this.#pendingPing = null;
    });
    try {
      await withTimeout(this.#readinessTimeout, this.#pendingPing);
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  }

  #viewerPreamble(viewerId: string) {
    return setViewer(viewerId, this.#statementTimeout);
  }

  /**
   * Runs `use` with a connection as soon as the viewer has a slot of `semaphore`; waiting for it holds no connection.
   * @throws {DatabaseUnavailable} if the deadline passes, or the client disconnects, before that
   */
  async #withSlot<T>(
    semaphore: KeyedSemaphore,
    viewerId: string,
    deadline: Deadline,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { clientGone: signal, expiresAt } = deadline;
    try {
      return await semaphore.run(viewerId, () => this.#withConnection(deadline, use), { signal, expiresAt });
    } catch (error) {
      if (!(error instanceof WaitAborted)) throw error;
      throw new DatabaseUnavailable('The viewer’s earlier operations did not end in time.', { cause: error });
    }
  }

  async #withConnection<T>(deadline: Deadline, use: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      const connection = await Connection.acquire(this.#pool, this.#timeouts, deadline);
      try {
        return await use(connection);
      } finally {
        connection.release();
      }
    } catch (error) {
      throw classifyDatabaseError(error);
    }
  }
}

/** graphql-js answers before sibling resolvers have finished: what they ask afterwards is refused here. */
function createStatementHandle(
  exchange: (...asked: Parameters<RunStatement>) => Promise<QueryResultRow[]>,
): StatementHandle {
  let isOpen = true;
  return {
    run: async <Row extends QueryResultRow>(...asked: Parameters<RunStatement>) => {
      if (!isOpen) throw new OperationEnded(`"${asked[0].name}" was asked for after its operation had ended.`);
      return (await exchange(...asked)) as Row[];
    },
    close: () => {
      isOpen = false;
    },
  };
}

type Outcome<T> = { readonly resolved: T } | { readonly rejected: unknown };

/** What became of a promise, as a value: an operation's failure is not the connection's. */
function settle<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (resolved) => ({ resolved }),
    (rejected: unknown) => ({ rejected }),
  );
}
