import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readApiConfig, readStartConfig } from '../../server/config.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { deriveEnvironments } from './service-environments.ts';

const URLS = { api: 'postgres://fieldgate_api:a@localhost/f', auth: 'postgres://fieldgate_auth:b@localhost/f' };

function derived(environment: NodeJS.ProcessEnv) {
  const secrets = loadSecrets(temporaryFolder());
  return { secrets, ...deriveEnvironments(environment, readStartConfig(environment), secrets, URLS) };
}

describe('deriveEnvironments', () => {
  test('deriveEnvironments gives the API valid settings if the operator sets none', () => {
    const { api } = derived({});
    const config = readApiConfig(api);
    expect(config).toMatchObject({
      WEB_URL: 'http://localhost:3000',
      TOKEN_TTL: 900,
    });
    expect(api['TOKEN_ISSUER']).toBe('http://localhost:3000');
    expect(config.TOKEN_SECRETS).toEqual({ file: path.join(api['DATA_DIR'] ?? '', 'token-secrets.json') });
  });

  // covers: OPS-19
  test('deriveEnvironments gives the API no cookie secret, no SMTP_URL and no connection string to the accounts', () => {
    const environment = {
      BETTER_AUTH_SECRET: 'x'.repeat(40),
      SMTP_URL: 'smtp://m',
      MAIL_FROM: 'a@b',
      DATABASE_URL: 'postgres://o:p@h/d',
    };
    const { api } = derived({ ...environment, AUTH_DATABASE_URL: URLS.auth });
    for (const name of ['BETTER_AUTH_SECRET', 'SMTP_URL', 'MAIL_FROM', 'DATABASE_URL', 'AUTH_DATABASE_URL'])
      expect(api).not.toHaveProperty(name);
  });

  test('deriveEnvironments gives the replicas and the secret of positions to the API alone', () => {
    const settings = { API_READ_DATABASE_URL: URLS.api, POSITION_SECRET: 's'.repeat(32) };
    const { api, web } = derived({ DATABASE_URL: URLS.api, ...settings });
    expect(api).toMatchObject(settings);
    for (const name of Object.keys(settings)) expect(web).not.toHaveProperty(name);
  });

  test('deriveEnvironments gives DIRECT_DATABASE_URL, which holds the password of the API’s role, to the API alone', () => {
    const { api, web } = derived({ DATABASE_URL: URLS.api, DIRECT_DATABASE_URL: URLS.api });
    expect(api['DIRECT_DATABASE_URL']).toBe(URLS.api);
    expect(web).not.toHaveProperty('DIRECT_DATABASE_URL');
  });

  test('deriveEnvironments gives REDIS_URL, which may hold a password, to the API alone', () => {
    const { api, web } = derived({ REDIS_URL: 'rediss://:secret@redis.example' });
    expect(api['REDIS_URL']).toBe('rediss://:secret@redis.example');
    expect(web).not.toHaveProperty('REDIS_URL');
  });

  // covers: TOKEN-15
  test('deriveEnvironments gives the API no private key in jwks mode: the web app alone signs', () => {
    for (const environment of [{}, { TOKEN_SECRETS: 'file:/run/secrets/keys.json' }]) {
      const { api, web } = derived({ TOKEN_MODE: 'jwks', ...environment });
      expect(api).not.toHaveProperty('TOKEN_SECRETS');
      expect(readApiConfig(api).TOKEN_MODE).toBe('jwks');
      expect(web['TOKEN_SECRETS']).toMatch(/^file:\/.*\.json$/);
    }
  });

  test('deriveEnvironments names a different key file for each mode: a shared secret is never used as a private key', () => {
    expect(derived({ TOKEN_MODE: 'jwks' }).web['TOKEN_SECRETS']).not.toBe(derived({}).web['TOKEN_SECRETS']);
  });

  test.each([
    [{}, ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']],
    [{ EXPLORER_ORIGINS: 'none' }, []],
    [{ EXPLORER_ORIGINS: 'https://a.example, https://b.example' }, ['https://a.example', 'https://b.example']],
    [{ API_URL: 'https://api.example' }, []],
  ])(
    'deriveEnvironments of %j gives the API, and not the web app, the origins of GraphQL explorers',
    (environment, expected) => {
      const { api, web } = derived(environment);
      expect(readApiConfig(api).EXPLORER_ORIGINS).toEqual(expected);
      expect(web).not.toHaveProperty('EXPLORER_ORIGINS');
    },
  );

  test.each([
    [{}, 'on'],
    [{ WEB_URL: 'https://tasks.example' }, 'off'],
    [{ EXPLAIN: 'on', WEB_URL: 'https://tasks.example' }, 'on'],
  ])('deriveEnvironments of %j gives both processes EXPLAIN=%s', (environment, expected) => {
    const { api, web } = derived(environment);
    expect([api['EXPLAIN'], web['EXPLAIN']]).toEqual([expected, expected]);
  });

  test('deriveEnvironments gives both processes STALL_TIMEOUT', () => {
    const { api, web } = derived({ STALL_TIMEOUT: '2m' });
    expect([api['STALL_TIMEOUT'], web['STALL_TIMEOUT']]).toEqual(['120s', '120s']);
  });

  // covers: HOST-01
  test('deriveEnvironments gives neither process DRAIN_DELAY: npm start ends at once', () => {
    const { api, web } = derived({ DRAIN_DELAY: '30s' });
    for (const environment of [api, web]) expect(environment).not.toHaveProperty('DRAIN_DELAY');
  });

  // covers: OPS-19
  test('deriveEnvironments gives the web app no connection string to the tasks', () => {
    const { web } = derived({ DATABASE_URL: 'postgres://o:p@h/d', API_DATABASE_URL: URLS.api });
    for (const name of ['API_DATABASE_URL', 'DATABASE_URL']) expect(web).not.toHaveProperty(name);
  });

  test('deriveEnvironments gives both processes the same issuer, audience, keys and origins', () => {
    const { api, web } = derived({ WEB_PORT: '3100', API_PORT: '4100', TOKEN_AUDIENCE: 'another-api' });
    for (const name of ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'TOKEN_SECRETS', 'TOKEN_MODE', 'API_URL', 'WEB_URL']) {
      expect(api[name]).toBeTruthy();
      expect(web[name]).toBe(api[name]);
    }
    expect(api['WEB_URL']).toBe('http://localhost:3100');
  });

  test('deriveEnvironments prefers the operator’s settings, with durations and lists normalized', () => {
    const environment = {
      TOKEN_SECRETS: `mine:${'A'.repeat(43)}`,
      BETTER_AUTH_SECRET: 'y'.repeat(40),
      WEB_URL: 'https://tasks.example',
      TOKEN_TTL: '1h',
      TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    };
    const { web } = derived(environment);
    expect(web).toMatchObject({ ...environment, TOKEN_TTL: '3600s', TRUSTED_PROXIES: '10.0.0.0/8,::1' });
    expect(web['TOKEN_ISSUER']).toBe('https://tasks.example');
  });

  test('deriveEnvironments returns DATA_DIR as an absolute path: the processes need not share a working directory', () => {
    expect(path.isAbsolute(derived({}).web['DATA_DIR'] ?? '')).toBe(true);
  });
});
