import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Api, bytes, startApi } from '../api/api.ts';
import { claimsOf, CURRENT, PREVIOUS } from '../api/token.ts';
import { type WatchedPool, watched } from '../walls/faults.ts';
import { type Scene, scene } from '../walls/scene.ts';
import { CORPORA } from './corpus/corpus.ts';
import { type Published, publish } from './published.ts';
import { isInForm, isSendable } from './sendable.ts';

const VIEWER = '{ viewer { id } }';
let there: Scene;
let database: WatchedPool;
let published: Published;

beforeAll(async () => {
  there = await scene();
  database = watched(there.source.pool);
  published = await publish();
});
afterAll(async () => {
  await published.close();
  await there.end();
});

describe.each(CORPORA.map((corpus) => [corpus.forge.mode, corpus] as const))('in %s mode', (mode, corpus) => {
  const { forge, tokens } = corpus;
  let api: Api;
  beforeAll(async () => {
    const settings =
      mode === 'jwks'
        ? { TOKEN_MODE: mode, TOKEN_SECRETS: undefined, WEB_URL: published.origin }
        : { TOKEN_SECRETS: { listed: [CURRENT, PREVIOUS] } };
    api = await startApi({ mapping: there.source.mapping, pool: database.pool }, 'on', { settings });
  });
  afterAll(() => api.close());

  test('a good token is served', async () => {
    const answer = await api.ask(VIEWER, { token: forge.mint(there.bob) });
    expect([answer.status, answer.body]).toEqual([200, { data: { viewer: { id: there.bob } } }]);
  });

  test('so are other ways of writing one: whoever is good is not refused', async () => {
    const { alg, typ, kid } = forge.header;
    const claims = { ...JSON.parse(atob(forge.mint(there.bob).split('.')[1] ?? '')) } as Record<string, unknown>;
    const good = {
      'the header in another order': forge.sign({ kid, typ, alg }, claims),
      'spaces in the header': forge.sign(JSON.stringify({ alg, typ, kid }, null, 4), claims),
      'spaces in the claims': forge.sign(forge.header, JSON.stringify(claims, null, 1)),
      'claims that nobody asked for': forge.mint(there.bob, { name: 'Bob', nbf: claims['iat'], nested: { a: [1] } }),
      'letters beyond ASCII': forge.mint(there.bob, { email: 'bøb@exämple.com', name: '鮑勃' }),
      'the key before the current one': forge.sign({ ...forge.header, kid: forge.previousKid }, claims, 'previous'),
    };
    for (const [name, token] of Object.entries(good))
      expect((await api.ask(VIEWER, { token })).body, name).toEqual({ data: { viewer: { id: there.bob } } });
  });

  test('every bad token is told the same bytes, costs no statement and opens no connection', async () => {
    // The web app is asked for its keys at most twice a minute; the clock stands still.
    await api.ask(VIEWER, { token: forge.sign({ ...forge.header, kid: 'invented' }, claimsOf(there.bob)) });
    database.statements.length = 0;
    const asked = published.asked.length;
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    const answers = new Map<string, string>();
    const sent = tokens.filter(({ token }) => isSendable(token) && isInForm(token));
    for (const { name, token } of sent) answers.set(bytes(await api.ask(VIEWER, { token })), name);
    const outbound = connect.mock.calls.filter(([target]) => !JSON.stringify(target).includes(new URL(api.url).port));
    connect.mockRestore();

    const [only = '', ...others] = answers.keys();
    expect(others).toEqual([]);
    expect(only).toMatch(/^401\n/);
    expect(only).toContain('\nwww-authenticate: Bearer error="invalid_token"\n');
    expect(only).toContain('{"errors":[{"message":"Sign in to use this.","extensions":{"code":"UNAUTHENTICATED"}}]}');
    expect(database.statements).toEqual([]);
    expect(outbound).toEqual([]);
    expect(published.asked.length).toBe(asked);
    expect(sent.length).toBeGreaterThan(400);
  });
});

test('keys are asked for where the web app publishes them, and never where a token points', () => {
  expect(new Set(published.asked)).toEqual(new Set(['/api/auth/jwks']));
});
