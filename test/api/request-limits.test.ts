import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSeededFixture, type SeededFixture } from '../support/seeded-fixture.ts';
import { type ApiResponse, errorCodes, startTestApi, type TestApi, WEB_URL } from '../support/test-api.ts';
import { recordStatements } from '../support/recording-pool.ts';
import { signToken } from '../support/test-token.ts';

const PER_ADDRESS = 8;
const PER_VIEWER = 3;
/** Above the limits of any test in this file. */
const MANY = 12;
const QUERY = '{ viewer { id } }';

let seeded: SeededFixture;
let statements: readonly string[];
let api: TestApi;
let next = 1;

beforeAll(async () => {
  seeded = await createSeededFixture();
  const recording = recordStatements(seeded.source.pool);
  statements = recording.statements;
  api = await startTestApi({ mapping: seeded.source.mapping, pool: recording.pool }, 'on', {
    settings: {
      TRUSTED_PROXIES: ['127.0.0.1'],
      LIMIT_REQUESTS_PER_ADDRESS: PER_ADDRESS,
      LIMIT_REQUESTS_PER_VIEWER: { each: PER_VIEWER, byRole: new Map([['ADMIN', PER_VIEWER + 2]]) },
    },
  });
});
afterAll(async () => {
  await api.close();
  await seeded.end();
});
/** An address for each test. */
let address: string;
beforeEach(() => {
  address = `192.0.2.${next++}`;
});

const from = (forwardedFor: string) => ({ headers: { 'x-forwarded-for': forwardedFor } });
async function statusesOf(send: (index: number) => Promise<ApiResponse>, count = MANY): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index++) statuses.push((await send(index)).status);
  return statuses;
}
const refusedFrom = (statuses: readonly number[]) => statuses.indexOf(429);

describe('requests of one address', () => {
  // covers: LIMIT-01
  test('are answered with 429, Retry-After and the headers of any answer above the limit, without a statement', async () => {
    expect(refusedFrom(await statusesOf(() => api.execute(QUERY, from(address))))).toBe(PER_ADDRESS);
    const before = statements.length;
    const headers = { 'x-forwarded-for': address, origin: WEB_URL };
    const response = await api.execute(QUERY, { headers, token: signToken(seeded.bob) });
    expect([response.status, errorCodes(response)]).toEqual([429, ['TOO_MANY_REQUESTS']]);
    expect(response.body?.errors?.[0]?.message).toMatch(/^Too many requests\. Try again after/);
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(response.headers.get('access-control-allow-origin')).toBe(WEB_URL);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(statements.length).toBe(before);
  });

  // covers: LIMIT-01
  test('count with every kind of token and document, and before the token is verified', async () => {
    const kinds = [
      () => api.execute(QUERY, { ...from(address), token: 'a.b.c' }),
      () => api.execute('{', from(address)),
      () => api.send('/graphql', { ...from(address), method: 'POST', body: 'x' }),
      () => api.send('/nothing', from(address)),
    ];
    const statuses = await statusesOf((index) => kinds[index % kinds.length]?.() ?? Promise.reject(new Error()));
    expect(refusedFrom(statuses)).toBe(PER_ADDRESS);
    expect(statuses.slice(PER_ADDRESS).every((status) => status === 429)).toBe(true);
  });

  // covers: LIMIT-03
  test('count for the address that the proxy reports, not for one that the client forges', async () => {
    const statuses = await statusesOf((index) => api.execute(QUERY, from(`203.0.113.${index}, ${address}`)));
    expect(refusedFrom(statuses)).toBe(PER_ADDRESS);
  });

  // covers: LIMIT-03
  test('count for the /64 of an IPv6 address', async () => {
    const network = `2001:db8:0:${next}`;
    expect(refusedFrom(await statusesOf((index) => api.execute(QUERY, from(`${network}::${index + 1}`))))).toBe(
      PER_ADDRESS,
    );
    expect((await api.execute(QUERY, from(`${network}1::1`))).status).toBe(401);
  });

  test('of a trusted proxy itself are not counted: the web app renders pages for all its users', async () => {
    expect(refusedFrom(await statusesOf(() => api.execute('{ status { ok } }')))).toBe(-1);
  });

  // covers: LIMIT-04
  test('that are health checks or preflights are neither counted nor refused', async () => {
    await statusesOf(() => api.execute(QUERY, from(address)));
    const headers = { ...from(address).headers, origin: WEB_URL, 'access-control-request-method': 'POST' };
    expect(new Set(await statusesOf(() => api.send('/graphql', { method: 'OPTIONS', headers })))).toEqual(
      new Set([204]),
    );
    expect(new Set(await statusesOf(() => api.send('/healthz', from(address))))).toEqual(new Set([200]));
    expect(new Set(await statusesOf(() => api.send('/readyz', from(address))))).toEqual(new Set([200]));
    const other = `198.51.100.${next}`;
    await statusesOf(() => api.send('/healthz', from(other)));
    expect((await api.execute(QUERY, from(other))).status).toBe(401);
  });
});

describe('requests of one viewer', () => {
  // covers: LIMIT-01
  test('are limited whatever addresses they come from, and those of another viewer are not', async () => {
    const asUser =
      (userId: string, role = 'USER') =>
      (index: number) =>
        api.execute('{ status { ok } }', { ...from(`198.51.100.${index + 100}`), token: signToken(userId, { role }) });
    expect(refusedFrom(await statusesOf(asUser(seeded.alice), 6))).toBe(PER_VIEWER);
    const response = await asUser(seeded.alice)(50);
    expect([response.status, errorCodes(response)]).toEqual([429, ['TOO_MANY_REQUESTS']]);
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(refusedFrom(await statusesOf(asUser(seeded.bob, 'ADMIN'), 6))).toBe(PER_VIEWER + 2);
  });

  // covers: LIMIT-01
  test('with a token that is not valid do not count for the user that it names', async () => {
    const forged = signToken(seeded.alice, { exp: 1 });
    for (let index = 0; index < 5; index++)
      expect((await api.execute(QUERY, { ...from(`203.0.113.${index + 100}`), token: forged })).status).toBe(401);
  });
});
