import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../../server/cli/postgres.ts';
import { loadSecrets } from '../../server/cli/secrets.ts';
import { migrate } from '../../server/data/migrate.ts';
import { openSource, type Source } from '../../server/data/source.ts';
import { type ScratchPostgres, startScratchPostgres } from '../setup/scratch-postgres.ts';
import { type Api, bytes, codes, startApi } from './api.ts';
import { superuser } from './people.ts';
import { mint } from './token.ts';

const FOLDER = path.resolve('.test/run', `away-${process.pid}`);
let postgres: ScratchPostgres;
let source: Source;
let api: Api;
let token: string;

beforeAll(async () => {
  postgres = await startScratchPostgres(FOLDER);
  const [owner, apiUrl, auth] = [postgres.url('owner'), postgres.url('api'), postgres.url('auth')];
  await migrate({ databaseUrl: owner, apiDatabaseUrl: apiUrl, authDatabaseUrl: auth });
  const above = await superuser(
    Object.assign(new URL(postgres.superuserUrl), { pathname: new URL(owner).pathname }).href,
  );
  token = mint(await above.person('bob'));
  await above.end();
  source = await openSource({ url: apiUrl });
  api = await startApi(source);
});
afterAll(async () => {
  await api.close();
  await source.close();
  await postgres.discard();
});

const OPERATIONS = [
  '{ viewer { id } }',
  '{ tasks { totalCount } }',
  '{ status { ok } tasks { totalCount } }',
  'mutation { createTask(input: { title: "t" }) { id } }',
  'mutation { one: createTask(input: { title: "t" }) { id } two: deleteTask(id: "x") }',
];

describe('while the database is away', () => {
  beforeAll(async () => {
    expect((await api.ask('{ viewer { id } }', { token })).status).toBe(200);
    await postgres.stop();
  });

  test.each(OPERATIONS)('%s is 503 UNAVAILABLE, to be tried again, without any data', async (query) => {
    const answer = await api.ask(query, { token });
    expect([answer.status, codes(answer)]).toEqual([503, ['UNAVAILABLE']]);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body).not.toHaveProperty('data');
    expect(answer.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|pg|stack/);
  });

  test('nobody is told that a good token is bad, nor the other way round', async () => {
    expect(codes(await api.ask('{ viewer { id } }', { token }))).toEqual(['UNAVAILABLE']);
    expect(codes(await api.ask('{ viewer { id } }', { token: 'x' }))).toEqual(['UNAUTHENTICATED']);
    expect((await api.ask('{ viewer { id } }')).status).toBe(401);
  });

  test('what needs no database is answered, but not to a token of which nobody can tell whether it still counts', async () => {
    expect((await api.ask('{ status { ok } }')).status).toBe(200);
    expect(codes(await api.ask('{ status { ok } }', { token }))).toEqual(['UNAVAILABLE']);
    expect((await api.send('/healthz')).body).toEqual({ status: 'ok' });
  });

  test('the log says why, once a second at most and in one line each, whatever is asked', async () => {
    const from = api.log.length;
    const began = performance.now();
    for (let round = 0; round < 20; round++) {
      await api.send('/readyz');
      for (const query of OPERATIONS) await api.ask(query, { token });
    }
    const seconds = (performance.now() - began) / 1_000;
    const lines = api.log.slice(from).filter(({ event }) => event === 'unavailable');
    for (const cause of new Set(lines.map((line) => line['cause'])))
      expect(lines.filter((line) => line['cause'] === cause).length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    expect(api.log.map((line) => line['cause'])).toContain('ECONNREFUSED');
    expect(api.log.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  });

  test('/readyz says so', async () => {
    const answer = await api.send('/readyz');
    expect([answer.status, codes(answer), answer.headers.get('retry-after')]).toEqual([503, ['UNAVAILABLE'], '1']);
  });
});

test('when the database is back, so are all answers', async () => {
  await startPostgres({ dataDir: FOLDER, passwords: loadSecrets(FOLDER).passwords });
  expect((await api.send('/readyz')).body).toEqual({ status: 'ready' });
  for (const query of OPERATIONS.slice(0, 4)) expect(codes(await api.ask(query, { token })), query).toEqual([]);
  const twice = [await api.ask('{ viewer { id } }', { token }), await api.ask('{ viewer { id } }', { token })];
  expect(new Set(twice.map(bytes)).size).toBe(1);
});
