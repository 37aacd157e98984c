import { type PoolClient, Query, type QueryResult } from 'pg';

/** A statement whose text is fixed: PostgreSQL prepares it once a connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What pg's `Query` needs of a connection; pg's own types leave it out. */
interface Wire {
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
const EVERY_OWNER: Statement = {
  name: 'everyOwner',
  text: `with named as (select set_config('app.every_owner', $1, true) as type)
    insert into auth.auth_event (user_id, detail) select app.viewer_id(), type from named`,
};
const BEGIN: Statement = { name: 'begin', text: 'begin' };

/** A step that goes to the server ahead of a statement, in the same message. */
export interface Step {
  readonly statement: Statement;
  readonly values: readonly string[];
}

/** Names the viewer to the row-level-security policies, for the transaction only; the time limit is in milliseconds. */
export function asViewer(viewerId: string, statementTimeout: number): Step {
  return { statement: VIEWER, values: [viewerId, String(statementTimeout)] };
}

/**
 * Lets the statement read a type for every owner, and records that as an event of the viewer: one statement does both,
 * so that neither happens without the other. What it lets through is up to `app.acts_for_every_owner`.
 */
export function actingForEveryOwner(type: string): Step {
  return { statement: EVERY_OWNER, values: [type] };
}

/** Opens a transaction. */
export const begin: Step = { statement: BEGIN, values: [] };

/**
 * Prepares the steps on a new connection, before anybody borrows it.
 * @param timeLimit how long that may take, in milliseconds: pg-pool's own time limit ends with the sign-in
 */
export async function prepareSteps(client: PoolClient, timeLimit: number): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), timeLimit);
  try {
    // Every statement finds its rows by their owner, planned for its values or for any: one plan serves all. Left to
    // itself, PostgreSQL takes lists of ids for longer than they are, and plans such statements anew each time.
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query({ ...VIEWER, values: ['', '0'] });
    // Prepared and not run: there is nobody yet to whom it could be put down.
    await client.query(`prepare "${EVERY_OWNER.name}" (text) as ${EVERY_OWNER.text}`);
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
class SteppedQuery extends Query {
  readonly #steps: readonly Step[];
  #answersToSkip: number;

  constructor(steps: readonly Step[], config: { name: string; text: string; values: unknown[] }, settle: Settle) {
    super(config, undefined, settle as ConstructorParameters<typeof Query>[2]);
    this.#steps = steps;
    this.#answersToSkip = steps.length;
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: Wire): void {
    for (const { statement, values } of this.#steps) {
      connection.bind({ portal: '', statement: statement.name, values, valueMapper: String });
      connection.execute({ portal: '' });
    }
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#answersToSkip === 0) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#answersToSkip === 0) super.handleCommandComplete(message, connection);
    else this.#answersToSkip--;
  }
}

/** What becomes of a statement: PostgreSQL's answer, or what went wrong. */
type Settle = (error: Error | null | undefined, result: QueryResult) => void;

/** The methods through which pg drives a query (pg 8.23, `lib/query.js`), which its types do not show. */
declare module 'pg' {
  interface Query {
    prepare(connection: Wire): void;
    handleDataRow(message: unknown): void;
    handleCommandComplete(message: unknown, connection: Wire): void;
  }
}

/** Sends the steps and the statement in one message, and settles with the statement's answer. */
export function send(
  client: PoolClient,
  steps: readonly Step[],
  statement: Statement,
  values: readonly unknown[],
  settle: Settle,
): void {
  client.query(new SteppedQuery(steps, { ...statement, values: values.map(written) }, settle));
}

/**
 * A moment as UTC. pg would write it in this machine's time zone, with an offset in whole minutes: where local time was
 * once seconds off (Amsterdam until 1937, everywhere before there were zones), another moment would be kept.
 */
function written(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
