import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readApiConfig, readStartConfig } from '../../server/config.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { deriveDatabaseUrls, deriveEnvironments } from './service-environments.ts';

const URLS = { api: 'postgres://fieldgate_api:a@localhost/f', auth: 'postgres://fieldgate_auth:b@localhost/f' };

function derived(environment: NodeJS.ProcessEnv) {
  const secrets = loadSecrets(temporaryFolder());
  return { secrets, ...deriveEnvironments(environment, readStartConfig(environment), secrets, URLS) };
}

describe('deriveEnvironments', () => {
  test('gives the API settings that it accepts when the user has given none', () => {
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
  test('never gives the API what signs cookies, sends mail or opens the accounts', () => {
    const environment = {
      BETTER_AUTH_SECRET: 'x'.repeat(40),
      SMTP_URL: 'smtp://m',
      DATABASE_URL: 'postgres://o:p@h/d',
    };
    const { api } = derived({ ...environment, AUTH_DATABASE_URL: URLS.auth });
    for (const name of ['BETTER_AUTH_SECRET', 'SMTP_URL', 'DATABASE_URL', 'AUTH_DATABASE_URL'])
      expect(api).not.toHaveProperty(name);
  });

  // covers: TOKEN-15
  test('never gives the API a private key: in jwks mode the keys are the web app’s alone', () => {
    for (const environment of [{}, { TOKEN_SECRETS: 'file:/run/secrets/keys.json' }]) {
      const { api, web } = derived({ TOKEN_MODE: 'jwks', ...environment });
      expect(api).not.toHaveProperty('TOKEN_SECRETS');
      expect(readApiConfig(api).TOKEN_MODE).toBe('jwks');
      expect(web['TOKEN_SECRETS']).toMatch(/^file:\/.*\.json$/);
    }
  });

  test('names another key file for each mode: no secret of the one is ever a private key of the other', () => {
    expect(derived({ TOKEN_MODE: 'jwks' }).web['TOKEN_SECRETS']).not.toBe(derived({}).web['TOKEN_SECRETS']);
  });

  test.each([
    [{}, ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com']],
    [{ EXPLORER_ORIGINS: 'none' }, []],
    [{ EXPLORER_ORIGINS: 'https://a.example, https://b.example' }, ['https://a.example', 'https://b.example']],
    [{ API_URL: 'https://api.example' }, []],
  ])('gives the API alone, of %j, the origins of explorers', (environment, expected) => {
    const { api, web } = derived(environment);
    expect(readApiConfig(api).EXPLORER_ORIGINS).toEqual(expected);
    expect(web).not.toHaveProperty('EXPLORER_ORIGINS');
  });

  test('gives both processes the stall timeout', () => {
    const { api, web } = derived({ STALL_TIMEOUT: '2m' });
    expect([api['STALL_TIMEOUT'], web['STALL_TIMEOUT']]).toEqual(['120s', '120s']);
  });

  // covers: OPS-19
  test('never gives the web app what opens the tasks', () => {
    const { web } = derived({ DATABASE_URL: 'postgres://o:p@h/d', API_DATABASE_URL: URLS.api });
    for (const name of ['API_DATABASE_URL', 'DATABASE_URL']) expect(web).not.toHaveProperty(name);
  });

  test('gives both processes the same issuer, audience, key and origins', () => {
    const { api, web } = derived({ WEB_PORT: '3100', API_PORT: '4100', TOKEN_AUDIENCE: 'somebody' });
    for (const name of ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'TOKEN_SECRETS', 'TOKEN_MODE', 'API_URL', 'WEB_URL']) {
      expect(api[name]).toBeTruthy();
      expect(web[name]).toBe(api[name]);
    }
    expect(api['WEB_URL']).toBe('http://localhost:3100');
  });

  test('prefers what the user has given, in the form it was given', () => {
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

  test('names the data folder by its full path: the processes need not share a working directory', () => {
    expect(path.isAbsolute(derived({}).web['DATA_DIR'] ?? '')).toBe(true);
  });
});

describe('deriveDatabaseUrls', () => {
  const owner = 'postgres://own%40er:p%2Fw@db.example:6432/tasks?sslmode=require';

  test('keeps the server, database and options of DATABASE_URL and changes only who signs in', () => {
    const known = loadSecrets(temporaryFolder());
    const urls = deriveDatabaseUrls(owner, readStartConfig({ DATABASE_URL: owner }), known);
    expect(urls.owner).toBe(owner);
    expect(urls.api).toBe(`postgres://fieldgate_api:${known.passwords.api}@db.example:6432/tasks?sslmode=require`);
    expect(new URL(urls.auth).username).toBe('fieldgate_auth');
  });

  test('leaves a connection string alone that the user has given', () => {
    const config = readStartConfig({ DATABASE_URL: owner, API_DATABASE_URL: URLS.api });
    expect(deriveDatabaseUrls(owner, config, loadSecrets(temporaryFolder())).api).toBe(URLS.api);
  });
});
