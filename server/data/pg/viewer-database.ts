import type { Pool, QueryResultRow } from 'pg';
import { KeyedSemaphore, WaitAborted } from '../../../runtime/keyed-semaphore.ts';
import { Connection, type ConnectionTimeouts } from './connection.ts';
import {
  classifyDatabaseError,
  DatabaseUnavailable,
  OperationEnded,
  ReplicaBehind,
  RolledBack,
} from './database-errors.ts';
import { NO_DEADLINE, type Deadline } from './deadline.ts';
import { NO_CLIENT, type RequestClient } from '../../../runtime/http/request-client.ts';
import type { Statement } from './pipelined-query.ts';
import {
  beginTransaction,
  enableCrossOwnerRead,
  type ReplayState,
  setViewer,
  setViewerOnReplica,
} from './preambles.ts';
import { ReadBatches, type ReadBatchOptions, type ReadRequest } from './read-batches.ts';
import { readWritePosition } from './server-position.ts';
import { type Outcome, settle } from './settle.ts';
import type { TraceSpan } from '../../../runtime/tracing/tracing.ts';
import { withTimeout } from './with-timeout.ts';

/**
 * Runs one prepared statement as the viewer it is bound to, and resolves with the rows.
 * @param crossOwnerType the type that the statement reads across owners (see cross-owner-statements.ts); not in
 * mutations
 */
export type RunStatement = <Row extends QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
  crossOwnerType?: string,
) => Promise<Row[]>;

/** One operation's access to the database. After `close`, `run` rejects with {OperationEnded}. */
export interface StatementHandle {
  readonly run: RunStatement;
  close(): void;
}

/** Time limits of the database, in milliseconds. */
export interface DatabaseTimeouts {
  /** `statement_timeout`, measured by PostgreSQL. Default: 5,000. */
  readonly statement?: number;
  /** Time limit for the answer to a statement, measured here. Default: `statement` plus 1,000. */
  readonly response?: number;
  /** How long a statement may go on after its client has disconnected. Default: 250. */
  readonly cancelGrace?: number;
  /** Time limit for the answer of `isResponsive`. Default: 2,000. */
  readonly readiness?: number;
}

const COMMIT: Statement = { name: 'commit', text: 'commit' };
const ROLLBACK: Statement = { name: 'rollback', text: 'rollback' };
const PING: Statement = { name: 'ping', text: 'select' };

/** Runs statements as a viewer: the only class that sends the API's statements to PostgreSQL. */
export class ViewerDatabase {
  readonly #pool: Pool;
  readonly #timeouts: ConnectionTimeouts;
  readonly #statementTimeout: number;
  readonly #readinessTimeout: number;
  /**
   * Serializes the mutations of one viewer. Concurrent ones would wait for each other's row locks, each holding a
   * connection, and PostgreSQL takes a second to detect a deadlock. Twenty such mutations blocked every other viewer.
   */
  readonly #writeSemaphore = new KeyedSemaphore({ limitPerKey: 1 });
  /** Limits one viewer to half of the connections, so that parallel requests of one viewer cannot exhaust the pool. */
  readonly #readSemaphore: KeyedSemaphore;
  readonly #batches: ReadBatches;
  #pendingPing: Promise<unknown> | null = null;

  /** @param batches how statements of queries share connections */
  constructor(
    pool: Pool,
    { statement = 5_000, response = statement + 1_000, cancelGrace = 250, readiness = 2_000 }: DatabaseTimeouts = {},
    batches?: ReadBatchOptions,
  ) {
    this.#pool = pool;
    this.#readSemaphore = new KeyedSemaphore({ limitPerKey: Math.max(1, Math.floor((pool.options.max ?? 0) / 2)) });
    this.#timeouts = { response, cancelGrace };
    this.#batches = new ReadBatches(pool, this.#timeouts, batches);
    this.#statementTimeout = statement;
    this.#readinessTimeout = readiness;
  }

  /**
   * Opens access for a query: each statement sets its viewer and is a separate transaction. When the deadline expires,
   * the running statement is cancelled and no further one is sent.
   * @param client the client of the request, for the events of cross-owner reads
   * @param trace the span that the statements are parts of; default: they are not recorded
   */
  openReader(
    viewerId: string,
    deadline: Deadline = NO_DEADLINE,
    client: RequestClient = NO_CLIENT,
    trace?: TraceSpan,
  ): StatementHandle {
    return createStatementHandle((statement, values, crossOwnerType) =>
      traced(trace, statement, (span) => {
        const sentAt = span === undefined ? 0 : performance.now();
        const preamble = this.#viewerPreamble(viewerId, span);
        const onSend = span && (() => span.set({ 'fieldgate.wait_ms': performance.now() - sentAt }));
        if (crossOwnerType === undefined)
          return this.#read({ viewerId, preamble, statement, values, deadline, onSend });
        const preambles = [preamble, enableCrossOwnerRead(crossOwnerType, client)];
        return this.#withSlot(this.#readSemaphore, viewerId, deadline, async (connection) => {
          onSend?.();
          const { rows } = await connection.execute(preambles, statement, values, deadline);
          return rows;
        });
      }),
    );
  }

  /**
   * Opens access for a query on a replica, as `openReader` does. A statement rejects with {ReplicaBehind} if the replica says
   * in the same round trip that it is not current.
   * @param isCurrent judges what the replica says about itself
   */
  openReplicaReader(
    viewerId: string,
    deadline: Deadline,
    isCurrent: (state: ReplayState) => boolean,
    trace?: TraceSpan,
  ): Pick<StatementHandle, 'run'> {
    return createStatementHandle((statement, values) =>
      traced(trace, statement, async () => {
        let current = false;
        const preamble = setViewerOnReplica(viewerId, this.#statementTimeout, (state) => {
          current = isCurrent(state);
        });
        const rows = await this.#read({ viewerId, preamble, statement, values, deadline });
        if (!current) throw new ReplicaBehind(`The replica was not current when "${statement.name}" ran.`);
        return rows;
      }),
    );
  }

  /**
   * Runs a question of server-position.ts on a connection, without a viewer.
   * @throws {DatabaseUnavailable} if the server does not answer
   */
  ask<T>(question: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#withConnection(NO_DEADLINE, question);
  }

  /**
   * Runs a mutation in one transaction: commits when `work` resolves, and rolls back when `work` rejects or the
   * deadline expires. Before that it waits for every statement that was sent, whether or not its resolver awaited it.
   * @throws what `work` throws; {RolledBack} if PostgreSQL answers COMMIT with ROLLBACK, as it does after an error;
   * {DatabaseUnavailable} if COMMIT is not answered: whether it took effect is unknown, so no success is reported
   * @param onCommitted called after COMMIT with a position in the write-ahead log behind it, which takes a round trip more;
   * with null if the position, or whether the transaction was committed, is unknown. Default: the position is not asked
   */
  async runTransaction<T>(
    viewerId: string,
    work: (run: RunStatement) => Promise<T>,
    { expiresAt }: Deadline = NO_DEADLINE,
    onCommitted?: (position: string | null) => void,
    trace?: TraceSpan,
  ): Promise<T> {
    // A disconnect does not cancel a mutation: the client would not learn whether it had been committed.
    const deadline = { clientGone: null, expiresAt };
    const outcome = await this.#withSlot(this.#writeSemaphore, viewerId, deadline, (connection) =>
      this.#transact(connection, viewerId, work, deadline, onCommitted, trace),
    );
    if ('rejected' in outcome) throw outcome.rejected;
    return outcome.resolved;
  }

  async #transact<T>(
    connection: Connection,
    viewerId: string,
    work: (run: RunStatement) => Promise<T>,
    deadline: Deadline,
    onCommitted: ((position: string | null) => void) | undefined,
    trace: TraceSpan | undefined,
  ): Promise<Outcome<T>> {
    const sent: Promise<unknown>[] = [];
    const { run, close } = createStatementHandle(async (statement, values, crossOwnerType) => {
      // `app.every_owner` would stay set for the rest of the transaction, and so for the reads of other resolvers.
      if (crossOwnerType !== undefined)
        throw new TypeError(`Cross-owner read of ${crossOwnerType} in a mutation: use a query.`);
      const preambles = sent.length === 0 ? [beginTransaction, this.#viewerPreamble(viewerId, trace)] : [];
      // Sibling resolvers send at the same time, and pg no longer queues statements: this chain does.
      const previous = sent.at(-1)?.catch(() => {}) ?? Promise.resolve();
      const result = previous.then(() =>
        traced(trace, statement, () => connection.execute(preambles, statement, values, deadline)),
      );
      sent.push(result);
      return (await result.catch((error) => Promise.reject(classifyDatabaseError(error)))).rows;
    });
    const outcome = await settle(work(run));
    close();
    await Promise.allSettled(sent);
    if (sent.length === 0) return outcome;
    // COMMIT and ROLLBACK have their own time limit: an operation that used up its deadline still has to end.
    const end = (statement: Statement) =>
      traced(trace, statement, () => connection.execute([], statement, [], NO_DEADLINE));
    if ('resolved' in outcome) {
      const answer = await end(COMMIT).catch((error) => {
        onCommitted?.(null);
        throw error;
      });
      if (answer.command === 'COMMIT') {
        onCommitted?.(await readWritePosition(connection).catch(() => null));
        return outcome;
      }
      return {
        rejected: new RolledBack('The transaction was rolled back: the error of a failed statement was caught.'),
      };
    }
    // If ROLLBACK fails, the connection is dropped, and PostgreSQL rolls back.
    await end(ROLLBACK).catch(() => {});
    return outcome;
  }

  /**
   * Resolves to whether the database answers within the `readiness` time limit. Concurrent calls share one statement,
   * so that readiness probes cannot exhaust the pool.
   * @param onFailure called with the error if it does not
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

  #viewerPreamble(viewerId: string, trace?: TraceSpan) {
    return setViewer(viewerId, this.#statementTimeout, trace?.traceparent);
  }

  /** Runs a statement of a query as soon as the viewer has a slot; it may share a connection with other viewers' ones. */
  async #read(request: ReadRequest): Promise<QueryResultRow[]> {
    const run = () => this.#batches.run(request).catch((error) => Promise.reject(classifyDatabaseError(error)));
    return (await this.#inTurn(this.#readSemaphore, request.viewerId, request.deadline, run)).rows;
  }

  /** Runs `use` with a connection as soon as the viewer has a slot of `semaphore`; waiting for it holds no connection. */
  #withSlot<T>(
    semaphore: KeyedSemaphore,
    viewerId: string,
    deadline: Deadline,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    return this.#inTurn(semaphore, viewerId, deadline, () => this.#withConnection(deadline, use));
  }

  /**
   * Runs `use` as soon as the viewer has a slot of `semaphore`.
   * @throws {DatabaseUnavailable} if the deadline passes, or the client disconnects, before that
   */
  async #inTurn<T>(
    semaphore: KeyedSemaphore,
    viewerId: string,
    { clientGone: signal, expiresAt }: Deadline,
    use: () => Promise<T>,
  ): Promise<T> {
    try {
      return await semaphore.run(viewerId, use, { signal, expiresAt });
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

/**
 * Runs a statement as a span of `trace`, which has the statement's name: what it does, and a hash of its text.
 * @param trace if undefined, nothing is recorded
 */
function traced<T>(
  trace: TraceSpan | undefined,
  statement: Statement,
  run: (span: TraceSpan | undefined) => Promise<T>,
): Promise<T> {
  return trace === undefined ? run(undefined) : record(trace, statement, run);
}

async function record<T>(trace: TraceSpan, { name }: Statement, run: (span: TraceSpan) => Promise<T>): Promise<T> {
  const span = trace.child(`sql ${name.split('.').slice(0, -1).join('.') || name || 'unnamed'}`, {
    'db.system.name': 'postgresql',
    'db.query.summary': name,
  });
  try {
    const result = await run(span);
    span.end();
    return result;
  } catch (error) {
    span.end(true);
    throw error;
  }
}

/**
 * graphql-js may finish an operation before all resolvers have settled: statements that they send later are rejected.
 */
function createStatementHandle(
  execute: (...args: Parameters<RunStatement>) => Promise<QueryResultRow[]>,
): StatementHandle {
  let isOpen = true;
  return {
    run: async <Row extends QueryResultRow>(...args: Parameters<RunStatement>) => {
      if (!isOpen) throw new OperationEnded(`The statement "${args[0].name}" was sent after its operation had ended.`);
      return (await execute(...args)) as Row[];
    },
    close: () => {
      isOpen = false;
    },
  };
}
