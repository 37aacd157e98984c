import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../server/operations/embedded-postgres.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { type ScratchPostgres, startScratchPostgres } from '../support/scratch-postgres.ts';
import { type TestApi, comparableText, errorCodes, startTestApi } from '../support/test-api.ts';
import { connectSuperuser } from '../support/superuser.ts';
import { signToken } from '../support/test-token.ts';

const FOLDER = path.resolve('.test/run', `unavailable-${process.pid}`);
let postgres: ScratchPostgres;
let source: DatabaseSource;
let api: TestApi;
let token: string;

beforeAll(async () => {
  postgres = await startScratchPostgres(FOLDER);
  const [owner, apiUrl, auth] = [postgres.url('owner'), postgres.url('api'), postgres.url('auth')];
  await migrate({ databaseUrl: owner, apiDatabaseUrl: apiUrl, authDatabaseUrl: auth });
  const superuser = await connectSuperuser(
    Object.assign(new URL(postgres.superuserUrl), { pathname: new URL(owner).pathname }).href,
  );
  token = signToken(await superuser.insertUser('bob'));
  await superuser.end();
  source = await openDatabaseSource({ url: apiUrl });
  api = await startTestApi(source);
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

describe('while the database is unavailable', () => {
  beforeAll(async () => {
    expect((await api.execute('{ viewer { id } }', { token })).status).toBe(200);
    await postgres.stop();
  });

  // covers: OPS-01
  test.each(OPERATIONS)('answers 503 UNAVAILABLE with Retry-After and without data: %s', async (query) => {
    const response = await api.execute(query, { token });
    expect([response.status, errorCodes(response)]).toEqual([503, ['UNAVAILABLE']]);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.body).not.toHaveProperty('data');
    expect(response.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|pg|stack/);
  });

  // covers: SESSION-08
  test('answers a valid token with UNAVAILABLE and a bad one with UNAUTHENTICATED', async () => {
    expect(errorCodes(await api.execute('{ viewer { id } }', { token }))).toEqual(['UNAVAILABLE']);
    expect(errorCodes(await api.execute('{ viewer { id } }', { token: 'x' }))).toEqual(['UNAUTHENTICATED']);
    expect((await api.execute('{ viewer { id } }')).status).toBe(401);
  });

  test('answers what needs no database, except to a token whose revocation it cannot check', async () => {
    expect((await api.execute('{ status { ok } }')).status).toBe(200);
    expect(errorCodes(await api.execute('{ status { ok } }', { token }))).toEqual(['UNAVAILABLE']);
    expect((await api.send('/healthz')).body).toEqual({ status: 'ok' });
  });

  // covers: EDGE-32, OPS-09
  test('logs each cause and consequence of the outage at most once a second, in one line', async () => {
    const from = api.log.length;
    const began = performance.now();
    for (let round = 0; round < 20; round++) {
      await api.send('/readyz');
      for (const query of OPERATIONS) await api.execute(query, { token });
    }
    const seconds = (performance.now() - began) / 1_000;
    const lines = api.log.slice(from).filter(({ event }) => event === 'unavailable');
    const counts = Map.groupBy(lines, ({ cause, msg }) => JSON.stringify([cause, msg]));
    for (const [outage, { length }] of counts) expect(length, outage).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    expect(api.log.map((line) => line['cause'])).toContain('ECONNREFUSED');
    expect(api.log.filter(({ msg }) => msg === 'request failed')).toEqual([]);
  });

  test('answers /readyz with 503', async () => {
    const response = await api.send('/readyz');
    expect([response.status, errorCodes(response), response.headers.get('retry-after')]).toEqual([
      503,
      ['UNAVAILABLE'],
      '1',
    ]);
  });
});

// covers: OPS-01
test('answers all operations when the database is back', async () => {
  await startEmbeddedPostgres({ dataDir: FOLDER, passwords: loadSecrets(FOLDER).passwords });
  expect((await api.send('/readyz')).body).toEqual({ status: 'ready' });
  for (const query of OPERATIONS.slice(0, 4))
    expect(errorCodes(await api.execute(query, { token })), query).toEqual([]);
  const twice = [await api.execute('{ viewer { id } }', { token }), await api.execute('{ viewer { id } }', { token })];
  expect(new Set(twice.map(comparableText)).size).toBe(1);
});
