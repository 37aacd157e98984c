import { type PoolClient, Query, type QueryResult } from 'pg';

/** A statement whose text is fixed: PostgreSQL prepares it once a connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What pg's `Query` needs of a connection; pg's own types leave it out. */
interface ProtocolConnection {
  bind(config: {
    portal: string;
    statement: string;
    values: readonly string[];
    valueMapper: (value: unknown) => string;
  }): void;
  execute(config: { portal: string }): void;
}

const VIEWER: Statement = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};
const CROSS_OWNER: Statement = {
  name: 'everyOwner',
  text: `with named as (select set_config('app.every_owner', $1, true) as type)
    insert into auth.auth_event (user_id, detail) select app.viewer_id(), type from named`,
};
const BEGIN: Statement = { name: 'begin', text: 'begin' };

/** A step that goes to the server ahead of a statement, in the same message. */
export interface Preamble {
  readonly statement: Statement;
  readonly values: readonly string[];
}

/** Names the viewer to the row-level-security policies, for the transaction only; the time limit is in milliseconds. */
export function setViewer(viewerId: string, statementTimeout: number): Preamble {
  return { statement: VIEWER, values: [viewerId, String(statementTimeout)] };
}

/**
 * Lets the statement read a type for every owner, and records that as an event of the viewer: one statement does both,
 * so that neither happens without the other. What it lets through is up to `app.acts_for_every_owner`.
 */
export function enableCrossOwnerRead(type: string): Preamble {
  return { statement: CROSS_OWNER, values: [type] };
}

/** Opens a transaction. */
export const beginTransaction: Preamble = { statement: BEGIN, values: [] };

/**
 * Prepares the steps on a new connection, before anybody borrows it.
 * @param timeoutMs how long that may take, in milliseconds: pg-pool's own time limit ends with the sign-in
 */
export async function preparePreambles(client: PoolClient, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), timeoutMs);
  try {
    // Every statement finds its rows by their owner, planned for its values or for any: one plan serves all. Left to
    // itself, PostgreSQL takes lists of ids for longer than they are, and plans such statements anew each time.
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query({ ...VIEWER, values: ['', '0'] });
    // Prepared and not run: there is nobody yet to whom it could be put down.
    await client.query(`prepare "${CROSS_OWNER.name}" (text) as ${CROSS_OWNER.text}`);
    await client.query(BEGIN);
    await client.query('rollback');
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A statement with steps ahead of it, all under one Sync. PostgreSQL treats what stands before a Sync as one
 * transaction (manual, "Extended Query": implicit transaction block), so the viewer set by a step holds for the
 * statement and is gone after it: one round trip, no BEGIN, no COMMIT, and nothing left for the next borrower.
 */
class PipelinedQuery extends Query {
  readonly #preambles: readonly Preamble[];
  #resultsToSkip: number;

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
    for (const { statement, values } of this.#preambles) {
      connection.bind({ portal: '', statement: statement.name, values, valueMapper: String });
      connection.execute({ portal: '' });
    }
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#resultsToSkip === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: ProtocolConnection): void {
    if (this.#resultsToSkip === 0) super.handleCommandComplete(message, connection);
    else this.#resultsToSkip--;
  }
}

/** What becomes of a statement: PostgreSQL's answer, or what went wrong. */
type QueryCallback = (error: Error | null | undefined, result: QueryResult) => void;

/** The methods through which pg drives a query (pg 8.23, `lib/query.js`), which its types do not show. */
declare module 'pg' {
  interface Query {
    prepare(connection: ProtocolConnection): void;
    handleDataRow(message: unknown): void;
    handleCommandComplete(message: unknown, connection: ProtocolConnection): void;
  }
}

/** Sends the steps and the statement in one message, and settles with the statement's answer. */
export function sendPipelined(
  client: PoolClient,
  preambles: readonly Preamble[],
  statement: Statement,
  values: readonly unknown[],
  callback: QueryCallback,
): void {
  client.query(new PipelinedQuery(preambles, { ...statement, values: values.map(toParameter) }, callback));
}

/**
 * A moment as UTC. pg would write it in this machine's time zone, with an offset in whole minutes: where local time was
 * once seconds off (Amsterdam until 1937, everywhere before there were zones), another moment would be kept.
 */
function toParameter(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
