import { Query } from 'pg';

const SET_VIEWER = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};

/** Prepares the statement that sets the viewer, on a new connection. */
export const prepareViewer = (client) => client.query({ ...SET_VIEWER, values: ['', '0'] });

/**
 * A prepared statement with the one that sets the viewer before it, under the same Sync: one implicit transaction and
 * one round trip, as Fieldgate does it. Written again here, so that the floor does not use the code under test.
 */
class ViewerQuery extends Query {
  #user;
  #isViewerSet = false;

  constructor(user, config, settle) {
    super(config, undefined, settle);
    this.#user = user;
  }

  requiresPreparation() {
    return true;
  }

  prepare(connection) {
    connection.bind({ portal: '', statement: SET_VIEWER.name, values: [this.#user, '5000'], valueMapper: String });
    connection.execute({ portal: '' });
    super.prepare(connection);
  }

  handleDataRow(message) {
    if (this.#isViewerSet) super.handleDataRow(message);
  }

  handleCommandComplete(message, connection) {
    if (this.#isViewerSet) super.handleCommandComplete(message, connection);
    this.#isViewerSet = true;
  }
}

/** Runs a prepared statement as a user, under row-level security. */
export const queryAsViewer = (client, user, config) =>
  new Promise((resolve, reject) => {
    client.query(new ViewerQuery(user, config, (error, result) => (error ? reject(error) : resolve(result.rows))));
  });
