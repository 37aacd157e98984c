import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKeyFile } from '../../runtime/key-file.ts';
import { keyStates, retireKey, rotateKeys } from '../../server/commands/keys/key-rotation.ts';
import { ensureKeyFile, generateKey, readKeys, writeKeys } from '../../server/operations/key-store.ts';
import { jwksResponse } from '../../web/auth/jwks-response.ts';
import { createSigningKeys } from '../../web/auth/signing-keys.ts';
import { createTokenIssuer } from '../../web/auth/token-issuer.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { AUDIENCE, ISSUER, MAX_LIFETIME, NOW } from '../support/test-token.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';
import { type KeyServer, startKeyServer } from '../support/key-server.ts';

const VIEWER = '{ viewer { id } }';
let seeded: SeededFixture;
let keyServer: KeyServer;

beforeAll(async () => {
  seeded = await createSeededFixture();
  keyServer = await startKeyServer();
});
afterAll(async () => {
  await keyServer.close();
  await seeded.end();
});

/** Starts the API and the web app's token issuer on one key file and one clock, which a test sets. */
async function createKeySetup(mode: 'shared-secret' | 'jwks') {
  const file = path.join(temporaryFolder(), 'keys.json');
  ensureKeyFile(file, mode, NOW - 10_000);
  let now = NOW;
  const signing = createSigningKeys(mode, { file });
  keyServer.handler = async (_, response) => void response.end(await jwksResponse(signing, now).text());
  const settings =
    mode === 'jwks'
      ? { TOKEN_MODE: mode, TOKEN_SECRETS: undefined, WEB_URL: keyServer.origin }
      : { TOKEN_SECRETS: { file } };
  const api = await startTestApi(seeded.source, 'on', { settings, clock: () => now * 1_000 });
  const issue = createTokenIssuer({ keys: signing, issuer: ISSUER, audience: AUDIENCE, lifetime: MAX_LIFETIME });
  const subject = {
    user: { id: seeded.bob, email: 'bob@example.com', emailVerified: true, role: 'USER' },
    session: { id: 'a-session', authenticatedAt: new Date(now * 1_000), expiresAt: new Date((now + 604_800) * 1_000) },
  };
  return {
    api,
    file,
    /** Sets the clock and issues a token as the web app does. */
    async tokenAt(time: number) {
      now = time;
      return (await issue(subject, now * 1_000)).accessToken;
    },
    /** Does what `npm run keys -- rotate` does. */
    rotate: () =>
      writeKeys(
        file,
        mode,
        rotateKeys(readKeys(file, mode), (from) => generateKey(mode, from), { now, immediately: false }),
      ),
    /** Does what `npm run keys -- retire <kid>` does. */
    retire: (kid: string, immediately: boolean) =>
      writeKeys(file, mode, retireKey(readKeys(file, mode), kid, { lifetime: MAX_LIFETIME, now, immediately })),
    states: () => keyStates(readKeys(file, mode), MAX_LIFETIME, now),
  };
}

const kidOf = (token: string) => (JSON.parse(atob(token.split('.')[0] ?? '')) as { kid: string }).kid;

/** Sends these tokens concurrently and returns status and codes of each response that is not 200. */
async function failures(api: TestApi, tokens: readonly string[]): Promise<readonly string[]> {
  const responses = await Promise.all(tokens.map((token) => api.execute(VIEWER, { token })));
  return responses
    .filter(({ status }) => status !== 200)
    .map((response) => `${response.status} ${errorCodes(response).join()}`);
}

describe.each(['shared-secret', 'jwks'] as const)('in %s mode', (mode) => {
  // covers: OPS-06
  test('serves every request during two complete rotations under load', async () => {
    const { api, tokenAt, rotate, retire, states } = await createKeySetup(mode);
    const kids = new Set<string>();
    const failed: string[] = [];
    let validTokens: readonly { token: string; until: number }[] = [];
    let requestCount = 0;
    for (let time = NOW; time < NOW + 3_600; time += 15) {
      const token = await tokenAt(time);
      kids.add(kidOf(token));
      validTokens = [...validTokens.filter(({ until }) => until > time), { token, until: time + MAX_LIFETIME }];
      // The newest, the oldest that is still valid, and three between.
      const presented = [0, 0.25, 0.5, 0.75, 1].map(
        (age) => validTokens[Math.round(age * (validTokens.length - 1))]?.token ?? '',
      );
      const underWay = failures(api, presented);
      // While the requests are under way.
      if ((time - NOW) % 1_800 === 600) rotate();
      for (const { kid, idleFrom = Number.POSITIVE_INFINITY } of states()) if (idleFrom <= time) retire(kid, false);
      failed.push(...(await underWay));
      requestCount += presented.length;
    }
    await api.close();
    expect({ failed, requestCount, keysThatSigned: kids.size }).toEqual({
      failed: [],
      requestCount: 1_200,
      keysThatSigned: 3,
    });
    expect(states().map(({ state }) => state)).toEqual(['signs']);
  }, 60_000);

  // covers: EDGE-06, TOKEN-14
  test('rejects a key that is retired immediately within 60 s, and no other', async () => {
    for (const wait of [60, 3_000]) {
      const { api, tokenAt, rotate, retire, file } = await createKeySetup(mode);
      const old = await tokenAt(NOW);
      await failures(api, [old]);
      rotate();
      const next = await tokenAt(NOW + 130);
      expect([kidOf(next) === kidOf(old), await failures(api, [old, next])]).toEqual([false, []]);
      retire(kidOf(old), true);
      // Also after 3,000 s without a request: the first request reloads the keys.
      const latest = await tokenAt(NOW + 130 + wait);
      expect(await failures(api, [latest])).toEqual([]);
      if (wait === 60) expect(await failures(api, [old, next])).toEqual(['401 UNAUTHENTICATED']);
      expect(parseKeyFile(fs.readFileSync(file, 'utf8'), mode)).toHaveLength(1);
      await api.close();
    }
  });

  test('lists a key for verification before it signs', async () => {
    const { api, tokenAt, rotate, states } = await createKeySetup(mode);
    await failures(api, [await tokenAt(NOW)]);
    rotate();
    const [next] = states();
    const before = await tokenAt(NOW + 119);
    const after = await tokenAt(NOW + 120);
    expect([kidOf(before) === next?.kid, kidOf(after) === next?.kid]).toEqual([false, true]);
    expect(await failures(api, [before, after])).toEqual([]);
    await api.close();
  });
});
