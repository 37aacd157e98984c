import { describe, expect, test } from 'vitest';
import { readWebConfig, SettingsError } from './config.ts';

const secret = Buffer.alloc(32, 7).toString('base64url');
const environment = {
  AUTH_DATABASE_URL: 'postgres://fieldgate_auth:secret@localhost:5432/fieldgate',
  WEB_URL: 'http://localhost:3000/',
  API_URL: 'http://localhost:4000',
  BETTER_AUTH_SECRET: 'b'.repeat(32),
  TOKEN_SECRETS: `2026-11:${secret}`,
};

/** What readWebConfig says of `changes` to a good environment. */
function mistakes(changes: Record<string, string>): string[] {
  try {
    readWebConfig({ ...environment, ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('readWebConfig', () => {
  test('fills in what has a default', () => {
    expect(readWebConfig(environment)).toMatchObject({
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
  });

  test('names every mistake at once, with form and example', () => {
    const { message } = (() => {
      try {
        return readWebConfig({ WEB_PORT: '70000' }) as never;
      } catch (error) {
        return error as SettingsError;
      }
    })();
    for (const name of ['AUTH_DATABASE_URL', 'WEB_URL', 'API_URL', 'BETTER_AUTH_SECRET', 'TOKEN_SECRETS'])
      expect(message).toContain(`${name} is missing: expected `);
    expect(message).toContain('WEB_PORT is not valid: expected a port number from 1 to 65535, for example 3000');
  });

  test('never repeats a value, which may be a secret', () => {
    const changes = { BETTER_AUTH_SECRET: 'hunter2', TOKEN_SECRETS: 'k:hunter3', AUTH_DATABASE_URL: 'hunter4' };
    const text = mistakes(changes).join();
    for (const name of Object.keys(changes)) expect(text).toContain(`${name} is not valid`);
    expect(text).not.toMatch(/hunter/);
  });

  test.each([
    ['API_URL', 'http://localhost:4000/graphql'],
    ['API_URL', 'localhost:4000'],
    ['API_URL', 'nonsense'],
    ['API_URL', 'http://'],
    ['WEB_URL', 'http://user@localhost:3000'],
    ['AUTH_DATABASE_URL', 'fieldgate_auth:hunter2@localhost'],
    ['AUTH_DATABASE_URL', 'postgres://localhost'],
    ['TOKEN_TTL', '10s'],
    ['TOKEN_TTL', '900'],
    ['TOKEN_SECRETS', `a:${secret},a:${secret}`],
    ['TOKEN_SECRETS', `a:${secret.slice(0, 40)}`],
    ['PASSWORD_POLICY', 'none'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,proxy.local'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/'],
    ['WEB_BUILD_DIR', '../elsewhere'],
    ['WEB_BUILD_DIR', '..'],
  ])('refuses %s=%s', (name, value) => {
    expect(mistakes({ [name]: value })).toEqual([expect.stringContaining(`${name} is not valid: expected `)]);
  });

  test('in jwks mode takes a key file, and never a list: the API may have had that as its secrets', () => {
    expect(mistakes({ TOKEN_MODE: 'jwks', TOKEN_SECRETS: 'file:/run/secrets/keys.json' })).toEqual([]);
    expect(mistakes({ TOKEN_MODE: 'jwks' })).toEqual([
      expect.stringMatching(/^ *TOKEN_SECRETS .*a key file in jwks mode/),
    ]);
  });

  test('an empty variable counts as absent', () => {
    expect(mistakes({ TOKEN_TTL: '', TOKEN_ISSUER: '' })).toEqual([]);
  });
});
