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

/** Returns the problems that readWebConfig reports for an environment. */
function problemsOf(environment: Record<string, string>): string[] {
  try {
    readWebConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n  ').slice(1);
  }
}

describe('readWebConfig', () => {
  test('readWebConfig applies the documented defaults, with the web app as issuer', () => {
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

  // covers: PROC-05
  test('readWebConfig sends the requests of pages to API_URL, or to API_INTERNAL_URL if it is set', () => {
    expect(readWebConfig(GOOD).API_INTERNAL_URL).toBe(GOOD.API_URL);
    const config = readWebConfig({ ...GOOD, API_INTERNAL_URL: 'http://api:4000' });
    expect(config).toMatchObject({ API_URL: GOOD.API_URL, API_INTERNAL_URL: 'http://api:4000' });
  });

  test('readWebConfig has no defaults for databases, origins and secrets, and lists all that are missing', () => {
    const named = problemsOf({}).map((line) => line.split(' is missing: expected ')[0] ?? '');
    expect(named.toSorted()).toEqual([...Object.keys(GOOD), 'TOKEN_ISSUER'].toSorted());
  });

  // covers: FR-024.2, WEB-09
  test.each(['http://tasks.example', 'http://10.0.0.1:3000', 'http://localhost.example', 'http://0.0.0.0:3000'])(
    'readWebConfig rejects the origin %s, to which passwords would be sent unencrypted, unless PLAIN_HTTP allows it',
    (url) => {
      for (const name of ['WEB_URL', 'API_URL'] as const) {
        expect(problemsOf({ ...GOOD, [name]: url })).toEqual([
          expect.stringMatching(new RegExp(`^${name} is not valid: expected https, or this machine`)),
        ]);
        expect(readWebConfig({ ...GOOD, [name]: url, PLAIN_HTTP: 'allowed' })[name]).toBe(url);
        for (const origin of [url.replace('http:', 'https:'), 'http://127.0.0.1:3000', 'http://[::1]:3000'])
          expect(readWebConfig({ ...GOOD, [name]: origin })[name]).toBe(origin);
      }
    },
  );

  test('readWebConfig in jwks mode accepts a key file and rejects a list, which the API may know', () => {
    expect(problemsOf({ ...GOOD, TOKEN_MODE: 'jwks', TOKEN_SECRETS: 'file:/run/secrets/keys.json' })).toEqual([]);
    expect(problemsOf({ ...GOOD, TOKEN_MODE: 'jwks' })).toEqual([
      expect.stringMatching(/^TOKEN_SECRETS .*a key file in jwks mode/),
    ]);
  });
});
