import { connect } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSource } from '../../server/data/source.ts';
import { codes, startApi } from '../api/api.ts';
import { mint } from '../api/token.ts';
import { posted } from '../api/wire.ts';
import { ownDatabase } from '../setup/own-database.ts';
import { faulty } from './faulty.ts';

const there = ownDatabase();
const people: { readonly id: string; readonly token: string; readonly task: string }[] = [];

beforeAll(async () => {
  for (const name of ['alice', 'bob']) {
    const id = await there.above.person(name);
    people.push({ id, token: mint(id), task: await there.above.task(id, { title: id }) });
  }
});

const SEEN = '{ viewer { id } tasks { totalCount nodes { userId title } } }';
const RENAME =
  'mutation ($id: ID!, $title: String!) { updateTask(id: $id, input: { title: $title }) { userId title } }';
const FAULTS = [
  'select 1 / 0',
  'select pg_terminate_backend(pg_backend_pid())',
  'select pg_cancel_backend(pg_backend_pid()), pg_sleep(9)',
];

describe.each([1, 5])('two viewers over HTTP, on a pool of %i', (poolSize) => {
  test('each get what is theirs in 2,000 requests, with errors, kills, cancels and clients that leave between them', async () => {
    const source = await openSource({ url: there.place.api, poolSize });
    onTestFinished(source.close);
    let statements = 0;
    // A prime: so that every kind of request meets every kind of fault.
    const pool = faulty(source.pool, () =>
      ++statements % 37 === 0 ? (FAULTS[statements % FAULTS.length] ?? null) : null,
    );
    const api = await startApi({ ...source, pool }, 'on', { timeLimits: { grace: 0 } });
    onTestFinished(() => api.close());
    const port = Number(new URL(api.url).port);

    /** Sends a query and hangs up before its answer. */
    const leave = (token: string) =>
      new Promise<void>((resolve) => {
        const body = JSON.stringify({ query: SEEN });
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(posted([`authorization: Bearer ${token}`], body), () => setImmediate(() => socket.destroy()));
        });
        socket.on('error', () => {}).on('close', () => resolve());
      });
    let answered = 0;
    const one = async (number: number) => {
      const { id, token, task } = people[number % 2] ?? { id: '', token: '', task: '' };
      if (number % 50 === 7 || number % 50 === 14) return leave(token);
      const isMutation = number % 5 === 4;
      const variables = isMutation && { id: task, title: id };
      const answer = await api.ask(isMutation ? RENAME : SEEN, { token, ...(variables && { variables }) });
      if (codes(answer).length > 0) {
        expect(['UNAVAILABLE', 'INTERNAL_SERVER_ERROR']).toContain(codes(answer)[0]);
        return;
      }
      answered++;
      const mine = { userId: id, title: id };
      const whole = isMutation ? { updateTask: mine } : { viewer: { id }, tasks: { totalCount: 1, nodes: [mine] } };
      expect(answer.body?.data).toEqual(whole);
    };
    for (let from = 0; from < 2_000; from += 100)
      await Promise.all(Array.from({ length: 100 }, (_, index) => one(from + index)));
    expect(answered).toBeGreaterThan(1_500);
    const left = await source.pool.query(`select current_setting('app.viewer_id', true) as viewer`);
    expect(left.rows).toEqual([{ viewer: '' }]);
  }, 60_000);
});
