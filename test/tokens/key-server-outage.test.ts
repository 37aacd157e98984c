import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestApi, comparableText, errorCodes, startTestApi } from '../support/test-api.ts';
import { validClaims, NOW, KEY_PAIR_FORGE, publishedJwks } from '../support/test-token.ts';
import { type RecordingPool, recordStatements } from '../support/recording-pool.ts';
import { type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';
import { type KeyServer, startKeyServer } from '../support/key-server.ts';

const { header, signToken, sign, materials } = KEY_PAIR_FORGE;
const VIEWER = '{ viewer { id } }';
let seeded: SeededFixture;
let database: RecordingPool;
let keyServer: KeyServer;
let api: TestApi;
let now: number;

beforeAll(async () => {
  seeded = await createSeededFixture();
  database = recordStatements(seeded.source.pool);
});
afterAll(() => seeded.end());
beforeEach(async () => {
  now = NOW;
  keyServer = await startKeyServer();
  const settings = { TOKEN_MODE: 'jwks' as const, TOKEN_SECRETS: undefined, WEB_URL: keyServer.origin };
  const source = { mapping: seeded.source.mapping, pool: database.pool };
  api = await startTestApi(source, 'on', { settings, clock: () => now * 1_000 });
  return async () => {
    await api.close();
    await keyServer.close();
  };
});

/** Returns a valid token. */
const validToken = () => signToken(seeded.bob);
/** Returns a token that is bad under every key: most claims are missing. */
const malformedToken = (kid: string) => sign({ ...header, kid }, { user_id: seeded.bob });
/** Returns a token that is valid if the current key is listed under this id. */
const tokenOf = (kid: string) => sign({ ...header, kid }, validClaims(seeded.bob));
const execute = (token: string) => api.execute(VIEWER, { token });

describe('while the web app publishes no keys', () => {
  const OUTAGES: Record<string, () => Promise<void> | void> = {
    'connection refused': () => keyServer.close(),
    'status 503': () => void (keyServer.handler = (_, response) => response.writeHead(503).end()),
    'an HTML page': () => void (keyServer.handler = (_, response) => response.end('<html>')),
    'a redirect': () =>
      void (keyServer.handler = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()),
    'connection closed': () => void (keyServer.handler = ({ socket }) => socket.destroy()),
  };

  // covers: OPS-06
  test.each(Object.entries(OUTAGES))('verifies tokens with the keys that it has loaded: %s', async (_, startOutage) => {
    expect((await execute(validToken())).status).toBe(200);
    await startOutage();
    for (now = NOW + 31; now < NOW + 600; now += 61)
      expect((await execute(validToken())).status, `at ${now}`).toBe(200);
  });

  // covers: SESSION-08
  test.each(Object.entries(OUTAGES))(
    'answers a token of an unloaded key with 503, not 401, which would sign the user out: %s',
    async (_, startOutage) => {
      await startOutage();
      database.statements.length = 0;
      const response = await execute(validToken());
      expect([response.status, errorCodes(response)]).toEqual([503, ['UNAVAILABLE']]);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(response.headers.get('www-authenticate')).toBeNull();
      expect(response.body).not.toHaveProperty('data');
      expect(response.text).not.toMatch(/ECONN|127\.0\.0\.1|jwks|key/i);
      expect(database.statements).toEqual([]);
    },
  );

  test('answers a token that is bad under any key with 401', async () => {
    const malformed = comparableText(await execute('x'));
    await keyServer.close();
    expect(comparableText(await execute('x'))).toBe(malformed);
    expect((await execute(sign({ ...header, alg: 'none' }, {}))).status).toBe(401);
  });

  test('logs the outage of the key server without the token', async () => {
    await keyServer.close();
    await execute(validToken());
    expect(api.log).toContainEqual(expect.objectContaining({ level: 40, msg: 'the token keys could not be loaded' }));
    expect(JSON.stringify(api.log)).not.toContain(validToken().split('.')[2]);
  });

  test('accepts tokens when the keys are published again', async () => {
    keyServer.handler = (_, response) => response.writeHead(500).end();
    expect((await execute(validToken())).status).toBe(503);
    keyServer.handler = (_, response) => response.end(publishedJwks());
    now += 5;
    expect((await execute(validToken())).status).toBe(200);
  });
});

describe('while the web app publishes its keys', () => {
  // covers: TOKEN-04
  test('requests keys twice for 500 invented key ids within a minute, and serves valid tokens meanwhile', async () => {
    for (let count = 0; count < 50; count++) {
      now = NOW + count;
      const invented = Array.from({ length: 10 }, (_, index) => execute(malformedToken(`invented-${count}-${index}`)));
      expect((await execute(validToken())).status).toBe(200);
      for (const { status } of await Promise.all(invented)) expect(status).toBe(401);
    }
    expect(keyServer.requestedPaths).toHaveLength(2);
  });

  test('rejects a withdrawn key within 60 s', async () => {
    expect((await execute(validToken())).status).toBe(200);
    keyServer.handler = (_, response) => response.end(publishedJwks(materials.slice(1)));
    now += 59;
    expect(comparableText(await execute(validToken()))).toBe(comparableText(await execute('x')));
    now += 1;
    expect((await execute(validToken())).status).not.toBe(200);
  });

  // covers: TOKEN-02
  test.each([
    ['again', () => header.kid],
    ['for the first time', () => 'new'],
  ])(
    'answers 503 until the next request for keys, then 200, for a key published %s after two requests in a minute',
    async (_, kidOf) => {
      const [current, previous] = materials;
      const named = { kid: kidOf(), material: current?.material ?? '' };
      keyServer.handler = (__, response) => response.end(publishedJwks(materials));
      expect((await execute(validToken())).status).toBe(200);
      keyServer.handler = (__, response) => response.end(publishedJwks(previous ? [previous] : []));
      now += 31;
      for (const kid of ['invented', named.kid]) expect((await execute(tokenOf(kid))).status).toBe(401);
      keyServer.handler = (__, response) => response.end(publishedJwks([named]));
      for (const wait of [0.001, 3.999, 10]) {
        now += wait;
        const response = await execute(tokenOf(named.kid));
        expect([response.status, errorCodes(response)], `at ${now - NOW}`).toEqual([503, ['UNAVAILABLE']]);
        expect(response.headers.get('retry-after')).toBe(String(Math.floor(NOW + 60 - now) + 1));
        expect(response.headers.get('www-authenticate')).toBeNull();
      }
      now = NOW + 61;
      expect((await execute(tokenOf(named.kid))).status).toBe(200);
      expect(keyServer.requestedPaths).toHaveLength(3);
    },
  );

  test('serves valid tokens while tokens with valid claims and invented key ids use up the requests for keys', async () => {
    for (let count = 0; count < 50; count++) {
      now = NOW + count;
      const invented = Array.from({ length: 10 }, (_, index) => execute(tokenOf(`invented-${count}-${index}`)));
      expect((await execute(validToken())).status).toBe(200);
      for (const { status } of await Promise.all(invented)) expect([401, 503]).toContain(status);
    }
    expect(keyServer.requestedPaths).toHaveLength(2);
  });

  test('treats a new key under an old id as another key', async () => {
    expect((await execute(validToken())).status).toBe(200);
    const [current, previous] = materials;
    keyServer.handler = (_, response) =>
      response.end(publishedJwks([{ kid: current?.kid ?? '', material: previous?.material ?? '' }]));
    now += 60;
    expect((await execute(validToken())).status).toBe(401);
  });
});
