import type { Pool, QueryResultRow } from 'pg';
import { Connection, type Limits } from './connection.ts';
import { classified, OperationEnded, RolledBack } from './errors.ts';
import { PATIENT, type Patience } from './patience.ts';
import { Turns } from './turns.ts';
import { actingForEveryOwner, asViewer, begin, type Statement } from './wire.ts';
import { within } from './within.ts';

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

/** How long a database may take, in milliseconds. */
export interface DatabaseLimits {
  /** How long one statement may run, by PostgreSQL's clock; 5 s unless said otherwise. */
  readonly statement?: number;
  /** How long the answer to it may take, by ours; a second more than the statement unless said otherwise. */
  readonly exchange?: number;
  /** How long a statement may go on when its client has left; a quarter of a second unless said otherwise. */
  readonly grace?: number;
  /** How long whoever asks whether the database answers is kept waiting; 2 s unless said otherwise. */
  readonly answers?: number;
}

const COMMIT: Statement = { name: 'commit', text: 'commit' };
const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' };
const NOTHING: Statement = { name: 'nothing', text: 'select' };

/** The one place where statements meet the wire. */
export class Database {
  readonly #pool: Pool;
  readonly #limits: Limits;
  readonly #statementTimeout: number;
  readonly #answersTimeout: number;
  /**
   * Mutations of one viewer run one after the other: they would wait for each other's rows all the same, each on a
   * connection, and where two wait crosswise PostgreSQL takes a second to see it. Twenty of them held up everybody.
   */
  readonly #writes = new Turns(1);
  /** However much one viewer asks for at once, half of the connections are left to others. */
  readonly #reads: Turns;
  #asking: Promise<unknown> | null = null;

  constructor(
    pool: Pool,
    { statement = 5_000, exchange = statement + 1_000, grace = 250, answers = 2_000 }: DatabaseLimits = {},
  ) {
    this.#pool = pool;
    this.#reads = new Turns(Math.max(1, Math.floor((pool.options.max ?? 0) / 2)));
    this.#limits = { exchange, grace };
    this.#statementTimeout = statement;
    this.#answersTimeout = answers;
  }

  /**
   * For queries: every statement carries its viewer with it and is a transaction of its own. When nobody waits any
   * longer, the one that runs is cancelled and none is sent.
   */
  reading(viewerId: string, patience: Patience = PATIENT): Handle {
    return handle((statement, values, type) => {
      const steps = type === undefined ? [this.#as(viewerId)] : [this.#as(viewerId), actingForEveryOwner(type)];
      return this.#reads.take(viewerId, patience, () =>
        this.#borrow(patience, async (connection) => {
          const { rows } = await connection.exchange(steps, statement, values, patience);
          return rows;
        }),
      );
    });
  }

  /**
   * For mutations: one transaction for the whole operation, committed when `work` resolves and rolled back when it
   * rejects or the answer is overdue. It waits for every statement that was sent, awaited by its resolver or not.
   * @throws what `work` throws; {RolledBack} when PostgreSQL answers COMMIT with ROLLBACK, as it does after an error;
   * {DatabaseUnavailable} when COMMIT is not answered: then nobody knows what became of it, and nobody is told "done"
   */
  async writing<T>(viewerId: string, work: (run: Run) => Promise<T>, { due }: Patience = PATIENT): Promise<T> {
    // A client that leaves does not learn what became of its mutation; a mutation that is half done would be worse.
    const patience = { left: null, due };
    const outcome = await this.#writes.take(viewerId, patience, () =>
      this.#borrow(patience, (connection) => this.#write(connection, viewerId, work, patience)),
    );
    if ('rejected' in outcome) throw outcome.rejected;
    return outcome.resolved;
  }

  async #write<T>(
    connection: Connection,
    viewerId: string,
    work: (run: Run) => Promise<T>,
    patience: Patience,
  ): Promise<Outcome<T>> {
    const sent: Promise<unknown>[] = [];
    const { run, close } = handle(async (statement, values, type) => {
      // It would hold for the rest of the transaction, and so for what other resolvers read in it.
      if (type !== undefined) throw new TypeError(`${type} is read for every owner in a mutation: use a query.`);
      const steps = sent.length === 0 ? [begin, this.#as(viewerId)] : [];
      // One after the other: sibling resolvers ask at the same time, and pg no longer queues for them.
      const before = sent.at(-1)?.catch(() => {}) ?? Promise.resolve();
      const answer = before.then(() => connection.exchange(steps, statement, values, patience));
      sent.push(answer);
      return (await answer.catch((error) => Promise.reject(classified(error)))).rows;
    });
    const done = await settled(work(run));
    close();
    await Promise.allSettled(sent);
    if (sent.length === 0) return done;
    // The last word has time of its own: how long the operation took until here is no reason to leave it unsaid.
    if ('resolved' in done) {
      if ((await connection.exchange([], COMMIT, [], PATIENT)).command === 'COMMIT') return done;
      return { rejected: new RolledBack('The transaction was rolled back: a failed statement went unnoticed.') };
    }
    // What cannot be rolled back by word is rolled back by hanging up.
    await connection.exchange([], ROLLBACK, [], PATIENT).catch(() => {});
    return done;
  }

  /**
   * Whether the database answers at all, and soon. However many ask at a time, one asks the database.
   * @param onFailure hears why not
   */
  async answers(onFailure: (error: unknown) => void = () => {}): Promise<boolean> {
    this.#asking ??= this.#borrow(PATIENT, (connection) => connection.exchange([], NOTHING, [], PATIENT)).finally(
      () => {
        this.#asking = null;
      },
    );
    try {
      await within(this.#answersTimeout, this.#asking);
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  }

  #as(viewerId: string) {
    return asViewer(viewerId, this.#statementTimeout);
  }

  async #borrow<T>(patience: Patience, use: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      const connection = await Connection.borrow(this.#pool, this.#limits, patience);
      try {
        return await use(connection);
      } finally {
        connection.release();
      }
    } catch (error) {
      throw classified(error);
    }
  }
}

/** graphql-js answers before sibling resolvers have finished: what they ask afterwards is refused here. */
function handle(exchange: (...asked: Parameters<Run>) => Promise<QueryResultRow[]>): Handle {
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

type Outcome<T> = { readonly resolved: T } | { readonly rejected: unknown };

/** What became of a promise, as a value: an operation's failure is not the connection's. */
function settled<T>(promise: Promise<T>): Promise<Outcome<T>> {
  return promise.then(
    (resolved) => ({ resolved }),
    (rejected: unknown) => ({ rejected }),
  );
}
