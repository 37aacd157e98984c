import { type PoolClient, Query, type QueryResult, type QueryResultRow } from 'pg';

/** A statement prepared under its name, with its values. */
interface Config {
  readonly name: string;
  readonly text: string;
  values: unknown[];
}

/** Asks for rows on behalf of a user. */
export type AskRows = <Row extends QueryResultRow>(client: PoolClient, user: string, config: Config) => Promise<Row[]>;

/** Without row security: the statement alone. */
export const sendAlone: AskRows = async <Row extends QueryResultRow>(
  client: PoolClient,
  _user: string,
  config: Config,
) => (await client.query<Row>(config)).rows;

/** With it: the viewer goes ahead of the statement, under the same Sync, which makes one transaction of the two. */
export const sendAsViewer: AskRows = <Row extends QueryResultRow>(client: PoolClient, user: string, config: Config) =>
  new Promise<Row[]>((resolve, reject) => {
    const settle = (error: Error | null | undefined, result: QueryResult) =>
      error ? reject(error) : resolve(result.rows as Row[]);
    client.query(new ViewerQuery(user, config, settle));
  });

const VIEWER = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};

/** Prepares the viewer's statement on a new connection. */
export async function prepareViewer(client: PoolClient): Promise<void> {
  await client.query({ ...VIEWER, values: ['', '0'] });
}

type Wire = Parameters<Query['prepare']>[0];

/** Written here once more, so that what is measured does not measure itself. */
class ViewerQuery extends Query {
  readonly #user: string;
  #isViewerSet = false;

  constructor(user: string, config: Config, settle: (error: Error | null | undefined, result: QueryResult) => void) {
    super(config, undefined, settle as ConstructorParameters<typeof Query>[2]);
    this.#user = user;
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: Wire): void {
    const values = [this.#user, '5000'];
    connection.bind({ portal: '', statement: VIEWER.name, values, valueMapper: String });
    connection.execute({ portal: '' });
    super.prepare(connection);
  }

  override handleDataRow(message: unknown): void {
    if (this.#isViewerSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#isViewerSet) super.handleCommandComplete(message, connection);
    this.#isViewerSet = true;
  }
}
