import pg, { type PoolClient, type Submittable } from 'pg';
import { MessageWriter, type Parameter } from './message-writer.ts';
import { type ColumnDescription, type RowFields, RowReader } from './row-reader.ts';

/** A statement with a fixed text. PostgreSQL prepares it once per connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A prepared statement that is sent ahead of another one, in the same message. */
export interface Preamble {
  readonly statement: Statement;
  readonly values: readonly (string | null)[];
  /** Receives the columns of each row, in PostgreSQL's text form, before the statement's rows. Default: they are ignored. */
  readonly onRow?: (columns: readonly (string | null)[]) => void;
}

/** The answer to a statement. */
export interface StatementResult<Row extends object = object> {
  readonly rows: Row[];
  /** The tag of CommandComplete: `SELECT 20`, `COMMIT`. */
  readonly command: string;
}

/** Receives PostgreSQL's result, or the error. */
type QueryCallback = (error: unknown, result?: StatementResult) => void;

/** The members of pg's `Connection` that are used here; @types/pg does not declare them. */
interface ProtocolConnection {
  readonly stream: { readonly writable: boolean; write(bytes: Buffer): unknown };
  /** The text of each prepared statement by its name. `Client` adds an entry when its ParseComplete arrives. */
  readonly parsedStatements: Record<string, string>;
  on(event: 'parseComplete', listener: () => void): void;
  off(event: 'parseComplete', listener: () => void): void;
}

/** The messages are written into it one batch after the other, each in one step. */
const writer = new MessageWriter();

/** By connection and name of a prepared statement: what reads its rows; null if it returns none. */
const rowReaders = new WeakMap<ProtocolConnection, Map<string, RowReader | null>>();

/**
 * A statement preceded by preambles, all before one Sync message. PostgreSQL runs everything before a Sync as one
 * implicit transaction (manual, "Extended Query"), so the viewer that a preamble sets holds for this statement and is
 * reset after it. That takes one round trip, without BEGIN and COMMIT, and leaves no state for the next borrower.
 *
 * A preamble that the connection has not prepared yet is parsed in the same message. Nothing is prepared or set when a
 * connection opens: a pooler in transaction mode would do that on one server connection, and run the statements on
 * others. It tracks statements that the protocol's Parse prepares, and not those of SQL's PREPARE
 * (docs/decisions/054).
 *
 * Replaces pg's `Query`, which writes each message by itself and has each result described: `Client` calls `submit` and
 * then a `handle…` method for each answer (pg 8.23, `lib/client.js`). docs/decisions/063
 */
class PipelinedQuery {
  readonly callback: QueryCallback;
  readonly name: string;
  readonly text: string;
  readonly values: readonly Parameter[];
  /** The query that was written behind this one; its answers follow. */
  next: PipelinedQuery | null = null;
  #isWritten = false;
  readonly #client: PoolClient;
  readonly #preambles: readonly Preamble[];
  readonly #rows: object[] = [];
  #command = '';
  #resultsToSkip: number;
  /** Undefined until the result is described. */
  #reader: RowReader | null | undefined;
  #readers: Map<string, RowReader | null> | undefined;
  #rowError: unknown = null;
  #stopCountingParses: () => void = () => {};

  constructor(
    client: PoolClient,
    preambles: readonly Preamble[],
    { name, text }: Statement,
    values: readonly unknown[],
    callback: QueryCallback,
  ) {
    this.#client = client;
    this.#preambles = preambles;
    this.#resultsToSkip = preambles.length;
    this.name = name;
    this.text = text;
    this.values = values.map(toParameter);
    this.callback = callback;
  }

  /** Writes the batch, with those behind it; returns the error if it cannot be written, as `Client` expects. */
  submit(connection: ProtocolConnection): unknown {
    if (this.#isWritten) return null;
    try {
      this.#writeAll(connection);
    } catch (error) {
      writer.clear();
      return error;
    }
    const batch = writer.take();
    // If it is not writable, its end is about to be reported, with an error for this query.
    if (connection.stream.writable) connection.stream.write(batch);
    return null;
  }

  #writeAll(connection: ProtocolConnection): void {
    this.#write(connection);
    if (this.next !== null) this.next.#writeAll(connection);
  }

  #write(connection: ProtocolConnection): void {
    const { parsedStatements } = connection;
    const parsed: Statement[] = [];
    const prepare = (statement: Statement) => {
      const known = statement.name === '' ? undefined : parsedStatements[statement.name];
      if (known !== undefined && known !== statement.text)
        throw new TypeError(`The connection has prepared another text as "${statement.name}".`);
      if (known !== undefined) return;
      writer.parse(statement.name, statement.text);
      parsed.push(statement);
    };
    for (const { statement, values } of this.#preambles) {
      prepare(statement);
      writer.bind(statement.name, values);
      writer.execute();
    }
    prepare(this);
    writer.bind(this.name, this.values);
    if (this.#needsDescription(connection)) writer.describe();
    writer.execute();
    writer.sync();
    this.#isWritten = true;
    if (parsed.length > 0) this.#countParses(connection, parsed);
  }

  /**
   * PostgreSQL refuses to execute a prepared statement whose result has other types than when it was prepared ("cached
   * plan must not change result type"), so the first description holds for the connection. A statement without a name
   * is prepared each time.
   */
  #needsDescription(connection: ProtocolConnection): boolean {
    if (this.name === '') return true;
    let readers = rowReaders.get(connection);
    if (readers === undefined) rowReaders.set(connection, (readers = new Map()));
    this.#readers = readers;
    this.#reader = readers.get(this.name);
    return this.#reader === undefined;
  }

  /**
   * Records each statement as prepared when its ParseComplete arrives. `Client` takes every ParseComplete for that of
   * this query. If a later preamble failed, the statement would be recorded as prepared although PostgreSQL never saw
   * it, and the connection's next use of it would fail.
   */
  #countParses(connection: ProtocolConnection, expected: Statement[]): void {
    const { parsedStatements } = connection;
    const wasPrepared = parsedStatements[this.name] !== undefined;
    const onParseComplete = () => {
      const statement = expected.shift();
      if (statement === undefined) return;
      if (!wasPrepared) delete parsedStatements[this.name];
      if (statement.name !== '') parsedStatements[statement.name] = statement.text;
      if (expected.length === 0) this.#stopCountingParses();
    };
    this.#stopCountingParses = () => connection.off('parseComplete', onParseComplete);
    // `Client` listens since it connected, so its listener runs before this one.
    connection.on('parseComplete', onParseComplete);
  }

  handleRowDescription({ fields }: { readonly fields: readonly ColumnDescription[] }): void {
    this.#setReader(new RowReader(fields, this.#client));
  }

  handleDataRow({ fields }: { readonly fields: RowFields }): void {
    if (this.#resultsToSkip > 0) {
      this.#preambles.at(-this.#resultsToSkip)?.onRow?.(fields);
      return;
    }
    try {
      if (!this.#reader) throw new TypeError(`PostgreSQL sent a row of "${this.name}" without a description.`);
      this.#rows.push(this.#reader.read(fields));
    } catch (error) {
      this.#rowError ??= error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    if (this.#resultsToSkip > 0) {
      this.#resultsToSkip--;
      return;
    }
    this.#command = text;
    if (this.#reader === undefined) this.#setReader(null);
  }

  handleEmptyQuery(): void {}

  handleReadyForQuery(): void {
    this.#expectNext();
    if (this.#rowError === null) this.callback(null, { rows: this.#rows, command: this.#command });
    else this.callback(this.#rowError);
  }

  handleError(error: unknown): void {
    this.#stopCountingParses();
    this.#expectNext();
    this.callback(error);
  }

  /** Makes `Client` hand the following answers to the next query: after ReadyForQuery, also if that is still to come. */
  #expectNext(): void {
    if (this.next !== null) this.#client.query(this.next as unknown as Submittable);
  }

  #setReader(reader: RowReader | null): void {
    this.#reader = reader;
    this.#readers?.set(this.name, reader);
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
  client.query(new PipelinedQuery(client, preambles, statement, values, callback) as unknown as Submittable);
}

/** A statement with its preambles that is sent behind others. */
export interface PipelinedStatement {
  readonly preambles: readonly Preamble[];
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly callback: QueryCallback;
}

/**
 * Sends several statements with their preambles in one message, each under its own Sync: PostgreSQL runs them one after
 * another as transactions of their own. An error ends only the statement that has it; if the connection is lost, those
 * that are not answered get the error.
 * @param statements all prepared, see `isPrepared`; otherwise the answers could not be told apart
 */
export function sendTogether(client: PoolClient, statements: readonly PipelinedStatement[]): void {
  const [first, ...others] = statements.flatMap(({ preambles, statement, values, callback }) => {
    try {
      return new PipelinedQuery(client, preambles, statement, values, callback);
    } catch (error) {
      // A value that cannot be formatted.
      callback(error);
      return [];
    }
  });
  if (first === undefined) return;
  let last = first;
  for (const query of others) last = last.next = query;
  client.query(first as unknown as Submittable);
}

/** Whether a connection has prepared the statements of preambles, and prepared and described a statement. */
export function isPrepared(client: PoolClient, preambles: readonly Preamble[], own: Statement): boolean {
  const connection = client.connection as unknown as ProtocolConnection;
  const { parsedStatements } = connection;
  const isParsed = ({ name, text }: Statement) => name !== '' && parsedStatements[name] === text;
  return (
    isParsed(own) &&
    rowReaders.get(connection)?.has(own.name) === true &&
    preambles.every((each) => isParsed(each.statement))
  );
}

/** pg's own formatting of values; @types/pg does not declare it. */
const { prepareValue } = (pg as unknown as { readonly utils: { prepareValue(value: unknown): Parameter } }).utils;

/**
 * Formats a value as a parameter, a `Date` as UTC. pg would format it in the local time zone, with an offset in whole
 * minutes. Historical offsets have seconds (Amsterdam until 1937, everywhere before standard time), so PostgreSQL would
 * store another time.
 */
function toParameter(value: unknown): Parameter {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : prepareValue(value);
}
