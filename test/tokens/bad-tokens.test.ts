import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type TestApi, comparableText, startTestApi } from '../support/test-api.ts';
import { validClaims, CURRENT_SECRET, PREVIOUS_SECRET } from '../support/test-token.ts';
import { type RecordingPool, recordStatements } from '../support/recording-pool.ts';
import { type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';
import { CORPORA } from './corpus/corpus.ts';
import { type KeyServer, startKeyServer } from '../support/key-server.ts';
import { isBearerSyntax, isSendable } from './corpus/bad-token.ts';

const VIEWER = '{ viewer { id } }';
let seeded: SeededFixture;
let database: RecordingPool;
let keyServer: KeyServer;

beforeAll(async () => {
  seeded = await createSeededFixture();
  database = recordStatements(seeded.source.pool);
  keyServer = await startKeyServer();
});
afterAll(async () => {
  await keyServer.close();
  await seeded.end();
});

// covers: FR-011.2
describe.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))('in %s mode', (mode, corpus) => {
  const { forge, tokens } = corpus;
  let api: TestApi;
  beforeAll(async () => {
    const settings =
      mode === 'jwks'
        ? { TOKEN_MODE: mode, TOKEN_SECRETS: undefined, WEB_URL: keyServer.origin }
        : { TOKEN_SECRETS: { listed: [CURRENT_SECRET, PREVIOUS_SECRET] } };
    api = await startTestApi({ mapping: seeded.source.mapping, pool: database.pool }, 'on', { settings });
  });
  afterAll(() => api.close());

  test('serves a valid token', async () => {
    const response = await api.execute(VIEWER, { token: forge.signToken(seeded.bob) });
    expect([response.status, response.body]).toEqual([200, { data: { viewer: { id: seeded.bob } } }]);
  });

  // covers: SC-003
  test('serves a valid token in every permitted spelling', async () => {
    const { alg, typ, kid } = forge.header;
    const claims = { ...JSON.parse(atob(forge.signToken(seeded.bob).split('.')[1] ?? '')) } as Record<string, unknown>;
    const validTokens = {
      'header parameters in another order': forge.sign({ kid, typ, alg }, claims),
      'spaces in the header': forge.sign(JSON.stringify({ alg, typ, kid }, null, 4), claims),
      'spaces in the claims': forge.sign(forge.header, JSON.stringify(claims, null, 1)),
      'unknown claims': forge.signToken(seeded.bob, {
        name: 'Bob',
        nbf: claims['iat'],
        nested: { a: [1] },
      }),
      'characters beyond ASCII': forge.signToken(seeded.bob, { email: 'bøb@exämple.com', name: '鮑勃' }),
      'the previous key': forge.sign({ ...forge.header, kid: forge.previousKid }, claims, 'previous'),
    };
    for (const [name, token] of Object.entries(validTokens))
      expect((await api.execute(VIEWER, { token })).body, name).toEqual({ data: { viewer: { id: seeded.bob } } });
  });

  // covers: SC-004, TOKEN-11, US3.1
  test('answers every bad token with the same bytes, without a statement or a connection', async () => {
    // The API requests keys at most twice a minute, and the clock is fixed: no later token can cause a request.
    await api.execute(VIEWER, { token: forge.sign({ ...forge.header, kid: 'invented' }, validClaims(seeded.bob)) });
    database.statements.length = 0;
    const requestsBefore = keyServer.requestedPaths.length;
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    const responses = new Map<string, string>();
    const sent = tokens.filter(({ token }) => isSendable(token) && isBearerSyntax(token));
    for (const { name, token } of sent) responses.set(comparableText(await api.execute(VIEWER, { token })), name);
    const outbound = connect.mock.calls.filter(([target]) => !JSON.stringify(target).includes(new URL(api.url).port));
    connect.mockRestore();

    const [only = '', ...others] = responses.keys();
    expect(others).toEqual([]);
    expect(only).toMatch(/^401\n/);
    expect(only).toContain('\nwww-authenticate: Bearer error="invalid_token"\n');
    expect(only).toContain('{"errors":[{"message":"Sign in to use this.","extensions":{"code":"UNAUTHENTICATED"}}]}');
    expect(database.statements).toEqual([]);
    expect(outbound).toEqual([]);
    expect(keyServer.requestedPaths.length).toBe(requestsBefore);
    expect(sent.length).toBeGreaterThan(400);
  });
});

// covers: TOKEN-03
test('requests keys only from the web app’s JWKS URL, never from a URL in a token', () => {
  expect(new Set(keyServer.requestedPaths)).toEqual(new Set(['/api/auth/jwks']));
});
