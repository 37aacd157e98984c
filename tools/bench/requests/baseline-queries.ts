import { type PoolClient, Query, type QueryResult, type QueryResultRow } from 'pg';

/** A named prepared statement with its values. */
interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  values: unknown[];
}

/** Reads rows for a user. */
export type QueryRows = <Row extends QueryResultRow>(
  client: PoolClient,
  user: string,
  config: PreparedStatement,
) => Promise<Row[]>;

/** Without row-level security: the statement alone. */
export const queryWithoutViewer: QueryRows = async <Row extends QueryResultRow>(
  client: PoolClient,
  _user: string,
  config: PreparedStatement,
) => (await client.query<Row>(config)).rows;

/** With row-level security: sets the viewer before the statement under the same Sync, which makes them one transaction. */
export const queryAsViewer: QueryRows = <Row extends QueryResultRow>(
  client: PoolClient,
  user: string,
  config: PreparedStatement,
) =>
  new Promise<Row[]>((resolve, reject) => {
    const settle = (error: Error | null | undefined, result: QueryResult) =>
      error ? reject(error) : resolve(result.rows as Row[]);
    client.query(new ViewerQuery(user, config, settle));
  });

const SET_VIEWER = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};

/** Prepares the statement that sets the viewer on a new connection. */
export async function prepareViewer(client: PoolClient): Promise<void> {
  await client.query({ ...SET_VIEWER, values: ['', '0'] });
}

/** The members of pg's `Connection` and `Query` that are used here; @types/pg does not declare them. */
interface PgConnection {
  bind(config: { portal: string; statement: string; values: readonly string[]; valueMapper: typeof String }): void;
  execute(config: { portal: string }): void;
}
declare module 'pg' {
  interface Query {
    prepare(connection: PgConnection): void;
    handleDataRow(message: unknown): void;
    handleCommandComplete(message: unknown, connection: PgConnection): void;
  }
}

/** Duplicated from the product, so that the baseline does not use the code under test. */
class ViewerQuery extends Query {
  readonly #user: string;
  #isViewerSet = false;

  constructor(
    user: string,
    config: PreparedStatement,
    settle: (error: Error | null | undefined, result: QueryResult) => void,
  ) {
    super(config, undefined, settle as ConstructorParameters<typeof Query>[2]);
    this.#user = user;
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: PgConnection): void {
    const values = [this.#user, '5000'];
    connection.bind({ portal: '', statement: SET_VIEWER.name, values, valueMapper: String });
    connection.execute({ portal: '' });
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#isViewerSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: PgConnection): void {
    if (this.#isViewerSet) super.handleCommandComplete(message, connection);
    this.#isViewerSet = true;
  }
}
