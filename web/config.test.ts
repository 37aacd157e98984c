import { describe, expect, test } from 'vitest';
import { SettingsError } from '../runtime/settings.ts';
import { readWebConfig } from './config.ts';

const GOOD = {
  AUTH_DATABASE_URL: 'postgres://fieldgate_auth:secret@localhost:5432/fieldgate',
  WEB_URL: 'http://localhost:3000/',
  API_URL: 'http://localhost:4000',
  BETTER_AUTH_SECRET: 'b'.repeat(32),
  TOKEN_SECRETS: `2026-11:${Buffer.alloc(32, 7).toString('base64url')}`,
};

/** The lines that readWebConfig says of an environment, each a mistake. */
function mistakes(environment: Record<string, string>): string[] {
  try {
    readWebConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n  ').slice(1);
  }
}

describe('readWebConfig', () => {
  test('gives what is left out its documented default; the issuer is the web app', () => {
    expect(readWebConfig(GOOD)).toMatchObject({
      WEB_PORT: 3000,
      WEB_URL: 'http://localhost:3000',
      TOKEN_MODE: 'shared-secret',
      TOKEN_ISSUER: 'http://localhost:3000',
      TOKEN_AUDIENCE: 'fieldgate-api',
      TOKEN_TTL: 900,
      TOKEN_SECRETS: { listed: [{ kid: '2026-11', secret: new Uint8Array(32).fill(7) }] },
      PASSWORD_POLICY: 'classic',
      TRUSTED_PROXIES: [],
      WEB_BUILD_DIR: '.next',
    });
    expect(readWebConfig({ ...GOOD, TOKEN_ISSUER: '' }).TOKEN_ISSUER).toBe('http://localhost:3000');
    expect(readWebConfig({ ...GOOD, TOKEN_ISSUER: 'https://issuer.example' }).TOKEN_ISSUER).toBe(
      'https://issuer.example',
    );
  });

  test('has no default for a database, an origin or a secret: all that is missing is listed at once', () => {
    const named = mistakes({}).map((line) => line.split(' is missing: expected ')[0] ?? '');
    expect(named.toSorted()).toEqual([...Object.keys(GOOD), 'TOKEN_ISSUER'].toSorted());
  });

  // covers: FR-024.2, WEB-09
  test.each(['http://tasks.example', 'http://10.0.0.1:3000', 'http://localhost.example', 'http://0.0.0.0:3000'])(
    'does not start on the origin %s, where passwords would travel in the open, unless that is allowed by name',
    (url) => {
      for (const name of ['WEB_URL', 'API_URL'] as const) {
        expect(mistakes({ ...GOOD, [name]: url })).toEqual([
          expect.stringMatching(new RegExp(`^${name} is not valid: expected https, or this machine`)),
        ]);
        expect(readWebConfig({ ...GOOD, [name]: url, PLAIN_HTTP: 'allowed' })[name]).toBe(url);
        for (const origin of [url.replace('http:', 'https:'), 'http://127.0.0.1:3000', 'http://[::1]:3000'])
          expect(readWebConfig({ ...GOOD, [name]: origin })[name]).toBe(origin);
      }
    },
  );

  test('in jwks mode takes a key file, and never a list: the API may have had that as its secrets', () => {
    expect(mistakes({ ...GOOD, TOKEN_MODE: 'jwks', TOKEN_SECRETS: 'file:/run/secrets/keys.json' })).toEqual([]);
    expect(mistakes({ ...GOOD, TOKEN_MODE: 'jwks' })).toEqual([
      expect.stringMatching(/^TOKEN_SECRETS .*a key file in jwks mode/),
    ]);
  });
});
