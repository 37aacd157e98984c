import { connect } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabaseSource } from '../../server/data/database-source.ts';
import { errorCodes, startTestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText } from '../support/raw-http.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';
import { recordStatements } from '../support/recording-pool.ts';

const fixture = setUpEmptyDatabase();
const viewers: { readonly id: string; readonly token: string; readonly task: string }[] = [];

beforeAll(async () => {
  for (const name of ['alice', 'bob']) {
    const id = await fixture.superuser.insertUser(name);
    viewers.push({ id, token: signToken(id), task: await fixture.superuser.insertTask(id, { title: id }) });
  }
});

const READ = '{ viewer { id } tasks { totalCount nodes { userId title } } }';
const RENAME =
  'mutation ($id: ID!, $title: String!) { updateTask(id: $id, input: { title: $title }) { userId title } }';
const FAILURES = [
  'select 1 / 0',
  'select pg_terminate_backend(pg_backend_pid())',
  'select pg_cancel_backend(pg_backend_pid()), pg_sleep(9)',
];

describe.each([1, 5])('two viewers over HTTP, on a pool of %i', (poolSize) => {
  // covers: ACCESS-22
  test('returns each viewer only their own rows in 2,000 requests, among errors, terminations, cancels and disconnects', async () => {
    const source = await openDatabaseSource({ url: fixture.database.api, poolSize });
    onTestFinished(source.close);
    let statements = 0;
    // A prime, so that every kind of request meets every kind of failure.
    const { pool } = recordStatements(source.pool, {
      replace: () => (++statements % 37 === 0 ? (FAILURES[statements % FAILURES.length] ?? null) : null),
    });
    const api = await startTestApi({ ...source, pool }, 'on', { timeLimits: { cancelGrace: 0 } });
    onTestFinished(() => api.close());
    const port = Number(new URL(api.url).port);

    /** Sends a query and disconnects before the response. */
    const sendAndDisconnect = (token: string) =>
      new Promise<void>((resolve) => {
        const body = JSON.stringify({ query: READ });
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(postRequestText([`authorization: Bearer ${token}`], body), () =>
            setImmediate(() => socket.destroy()),
          );
        });
        socket.on('error', () => {}).on('close', () => resolve());
      });
    let succeeded = 0;
    const sendOne = async (number: number) => {
      const { id, token, task } = viewers[number % 2] ?? { id: '', token: '', task: '' };
      if (number % 50 === 7 || number % 50 === 14) return sendAndDisconnect(token);
      const isMutation = number % 5 === 4;
      const variables = isMutation && { id: task, title: id };
      const response = await api.execute(isMutation ? RENAME : READ, { token, ...(variables && { variables }) });
      if (errorCodes(response).length > 0) {
        expect(['UNAVAILABLE', 'INTERNAL_SERVER_ERROR']).toContain(errorCodes(response)[0]);
        return;
      }
      succeeded++;
      const ownRow = { userId: id, title: id };
      const expected = isMutation
        ? { updateTask: ownRow }
        : { viewer: { id }, tasks: { totalCount: 1, nodes: [ownRow] } };
      expect(response.body?.data).toEqual(expected);
    };
    for (let from = 0; from < 2_000; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => sendOne(from + index)));
    expect(succeeded).toBeGreaterThan(1_500);
    const leftover = await source.pool.query(`select current_setting('app.viewer_id', true) as viewer`);
    expect(leftover.rows).toEqual([{ viewer: '' }]);
  }, 60_000);
});
