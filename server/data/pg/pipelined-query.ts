import { type PoolClient, Query, type QueryResult } from 'pg';
import type { RequestClient } from '../../../runtime/http/request-client.ts';

/** A statement with a fixed text. PostgreSQL prepares it once per connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The members of pg's `Connection` that `Query` and `Client` use; @types/pg does not declare them. */
interface ProtocolConnection {
  /** The text of each prepared statement by its name. `Client` adds an entry when its ParseComplete arrives. */
  readonly parsedStatements: Record<string, string>;
  on(event: 'parseComplete', listener: () => void): void;
  off(event: 'parseComplete', listener: () => void): void;
  parse(statement: Statement): void;
  bind(config: {
    portal: string;
    statement: string;
    values: readonly (string | null)[];
    valueMapper?: (value: unknown) => string;
  }): void;
  execute(config: { portal: string }): void;
}

const SET_VIEWER: Statement = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};
const SET_VIEWER_ON_REPLICA: Statement = {
  name: 'viewer.replica',
  text: `${SET_VIEWER.text}, pg_is_in_recovery(), pg_last_wal_replay_lsn()`,
};
/** A statement of its own: the step of a request whose trace is not recorded does not pay for it, and no text varies. */
const SET_TRACED_VIEWER: Statement = {
  name: 'viewerTraced',
  text: `${SET_VIEWER.text}, set_config('app.traceparent', $3, true)`,
};
const ENABLE_CROSS_OWNER_READ: Statement = {
  name: 'crossOwner',
  text: `with named as (select set_config('app.every_owner', $1, true) as type)
    insert into auth.auth_event (user_id, address, user_agent, detail)
      select app.viewer_id(), $2, $3, type from named`,
};
const BEGIN: Statement = { name: 'begin', text: 'begin' };

/** A prepared statement that is sent ahead of another one, in the same message. */
export interface Preamble {
  readonly statement: Statement;
  readonly values: readonly (string | null)[];
  /** Receives the columns of each row, in PostgreSQL's text form, before the statement's rows. Default: they are ignored. */
  readonly onRow?: (columns: readonly (string | null)[]) => void;
}

/** What a server said about itself in the transaction of a statement, before that ran. */
export interface ReplayState {
  /** Whether it is a replica; false also for one that has been promoted. */
  readonly isInRecovery: boolean;
  /** How far it has replayed the write-ahead log, as text; null if it has never been a replica. */
  readonly replayed: string | null;
}

/**
 * Sets `app.viewer_id`, which the row-level security policies read, and `statement_timeout`, both for the current
 * transaction only.
 * @param statementTimeout in milliseconds
 * @param traceparent the span of the statement, which `app.traceparent` then names in the transaction. Default: none
 */
export function setViewer(viewerId: string, statementTimeout: number, traceparent?: string): Preamble {
  const values = [viewerId, String(statementTimeout)];
  if (traceparent === undefined) return { statement: SET_VIEWER, values };
  return { statement: SET_TRACED_VIEWER, values: [...values, traceparent] };
}

/**
 * Does the same as `setViewer` on a replica, and asks in the same statement whether it is one and what it has replayed. The
 * statement that follows has a later snapshot: it shows at least what was replayed then.
 */
export function setViewerOnReplica(
  viewerId: string,
  statementTimeout: number,
  onState: (state: ReplayState) => void,
): Preamble {
  return {
    statement: SET_VIEWER_ON_REPLICA,
    values: [viewerId, String(statementTimeout)],
    onRow: ([, , isInRecovery, replayed = null]) => onState({ isInRecovery: isInRecovery === 't', replayed }),
  };
}

/**
 * Allows a cross-owner read of a type in the current transaction, and records it as an event of the viewer. One
 * statement does both, so that no such read goes unrecorded. `app.acts_for_every_owner` decides whether the viewer's
 * role permits it.
 * @param client the client of the request, for the event
 */
export function enableCrossOwnerRead(type: string, { address, userAgent }: RequestClient): Preamble {
  return { statement: ENABLE_CROSS_OWNER_READ, values: [type, address, userAgent] };
}

/** Opens a transaction. */
export const beginTransaction: Preamble = { statement: BEGIN, values: [] };

/**
 * A statement preceded by preambles, all before one Sync message. PostgreSQL runs everything before a Sync as one
 * implicit transaction (manual, "Extended Query"), so the viewer that a preamble sets holds for this statement and is
 * reset after it. That takes one round trip, without BEGIN and COMMIT, and leaves no state for the next borrower.
 *
 * A preamble that the connection has not prepared yet is parsed in the same message. Nothing is prepared or set when a
 * connection opens: a pooler in transaction mode would do that on one server connection, and run the statements on
 * others. It tracks statements that the protocol's Parse prepares, and not those of SQL's PREPARE
 * (docs/decisions/054).
 */
class PipelinedQuery extends Query {
  readonly #preambles: readonly Preamble[];
  #resultsToSkip: number;
  #stopCountingParses: () => void = () => {};

  constructor(
    preambles: readonly Preamble[],
    config: { name: string; text: string; values: unknown[] },
    callback: QueryCallback,
  ) {
    super(config, undefined, callback as ConstructorParameters<typeof Query>[2]);
    this.#preambles = preambles;
    this.#resultsToSkip = preambles.length;
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: ProtocolConnection): void {
    const parsed: Statement[] = [];
    for (const { statement, values } of this.#preambles) {
      if (connection.parsedStatements[statement.name] === undefined) {
        connection.parse(statement);
        parsed.push(statement);
      }
      connection.bind({ portal: '', statement: statement.name, values });
      connection.execute({ portal: '' });
    }
    if (parsed.length > 0) this.#countParses(connection, parsed);
    super.prepare(connection);
  }

  /**
   * Records each preamble as prepared when its ParseComplete arrives. `Client` takes every ParseComplete for that of the
   * statement itself. If a later preamble failed, the statement would be recorded as prepared although PostgreSQL never
   * saw it, and the connection's next use of it would fail.
   */
  #countParses(connection: ProtocolConnection, expected: Statement[]): void {
    const wasPrepared = this.hasBeenParsed(connection);
    const onParseComplete = () => {
      const preamble = expected.shift();
      if (preamble === undefined) return;
      connection.parsedStatements[preamble.name] = preamble.text;
      if (!wasPrepared) delete connection.parsedStatements[this.name];
      if (expected.length === 0) this.#stopCountingParses();
    };
    this.#stopCountingParses = () => connection.off('parseComplete', onParseComplete);
    // `Client` listens since it connected, so its listener runs before this one.
    connection.on('parseComplete', onParseComplete);
  }

  override handleError(error: Error, connection: ProtocolConnection): void {
    this.#stopCountingParses();
    super.handleError(error, connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#resultsToSkip === 0) super.handleDataRow(message);
    else this.#preambles.at(-this.#resultsToSkip)?.onRow?.((message as DataRow).fields);
  }

  override handleCommandComplete(message: unknown, connection: ProtocolConnection): void {
    if (this.#resultsToSkip === 0) super.handleCommandComplete(message, connection);
    else this.#resultsToSkip--;
  }
}

/** A row as pg-protocol reads it. */
interface DataRow {
  readonly fields: readonly (string | null)[];
}

/** Receives PostgreSQL's result, or the error. */
type QueryCallback = (error: Error | null | undefined, result: QueryResult) => void;

/** The methods of `Query` that pg calls (pg 8.23, `lib/query.js`); @types/pg does not declare them. */
declare module 'pg' {
  interface Query {
    readonly name: string;
    hasBeenParsed(connection: ProtocolConnection): boolean;
    handleError(error: Error, connection: ProtocolConnection): void;
    prepare(connection: ProtocolConnection): void;
    handleDataRow(message: unknown): void;
    handleCommandComplete(message: unknown, connection: ProtocolConnection): void;
  }
}

/** Sends the preambles and the statement in one message, and calls back with the statement's result. */
export function sendPipelined(
  client: PoolClient,
  preambles: readonly Preamble[],
  statement: Statement,
  values: readonly unknown[],
  callback: QueryCallback,
): void {
  client.query(new PipelinedQuery(preambles, { ...statement, values: values.map(toParameter) }, callback));
}

/** Whether a connection has prepared a statement. */
export function isPrepared({ connection }: PoolClient, { name, text }: Statement): boolean {
  const { parsedStatements } = connection as unknown as ProtocolConnection;
  return name !== '' && parsedStatements[name] === text;
}

/**
 * Formats a `Date` as UTC. pg would format it in the local time zone, with an offset in whole minutes. Historical
 * offsets have seconds (Amsterdam until 1937, everywhere before standard time), so PostgreSQL would store another time.
 */
function toParameter(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
