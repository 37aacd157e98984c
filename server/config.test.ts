import { describe, expect, test } from 'vitest';
import { SettingsError } from '../runtime/settings.ts';
import { readApiConfig, readStartConfig } from './config.ts';

const GOOD = {
  API_DATABASE_URL: 'postgres://fieldgate_api:p@localhost:5432/fieldgate',
  API_URL: 'http://localhost:4000',
  WEB_URL: 'http://localhost:3000',
  TOKEN_SECRETS: `a:${Buffer.alloc(32, 1).toString('base64url')}`,
  TOKEN_ISSUER: 'http://localhost:3000',
};

/** Returns the lines of the SettingsError that `read` throws, by setting. */
function errorsOf(read: () => unknown): Record<string, string> {
  try {
    read();
    return {};
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const [, ...lines] = (error as SettingsError).message.split('\n  ');
    return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line]));
  }
}

describe('readApiConfig', () => {
  // covers: REPL-03
  test.each(['shared-secret', 'jwks'])(
    'requires POSITION_SECRET with API_READ_DATABASE_URL in %s mode, and not without',
    (mode) => {
      const environment = { ...GOOD, TOKEN_MODE: mode, API_READ_DATABASE_URL: 'postgres://api:p@replica/fieldgate' };
      expect(errorsOf(() => readApiConfig(environment))).toEqual({
        POSITION_SECRET: expect.stringContaining('is missing: expected 32 characters or more') as string,
      });
      expect(errorsOf(() => readApiConfig({ ...environment, POSITION_SECRET: 's'.repeat(32) }))).toEqual({});
      expect(errorsOf(() => readApiConfig({ ...GOOD, TOKEN_MODE: mode }))).toEqual({});
    },
  );

  test('reads API_READ_DATABASE_URL as a list', () => {
    const [first, second] = ['postgres://api:a%2Cb@replica/fieldgate', 'postgres://api:p@replica2/fieldgate'];
    const settings = { API_READ_DATABASE_URL: `${first}, ${second}`, POSITION_SECRET: 's'.repeat(32) };
    expect(readApiConfig({ ...GOOD, ...settings }).API_READ_DATABASE_URL).toEqual([first, second]);
  });

  // covers: FR-012
  test('returns the documented defaults of absent settings', () => {
    expect(readApiConfig(GOOD)).toEqual({
      API_DATABASE_URL: GOOD.API_DATABASE_URL,
      API_HOST: '127.0.0.1',
      WEB_HOST: '127.0.0.1',
      METRICS_HOST: '127.0.0.1',
      API_PORT: 4_000,
      METRICS_PORT: 9_464,
      API_URL: 'http://localhost:4000',
      WEB_URL: 'http://localhost:3000',
      PLAIN_HTTP: 'refused',
      TOKEN_MODE: 'shared-secret',
      TOKEN_SECRETS: { listed: [{ kid: 'a', secret: new Uint8Array(32).fill(1) }] },
      TOKEN_ISSUER: 'http://localhost:3000',
      TOKEN_AUDIENCE: 'fieldgate-api',
      TOKEN_TTL: 900,
      TRUSTED_PROXIES: [],
      STALL_TIMEOUT: 30,
      EXPLORER_ORIGINS: ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'],
      INTROSPECTION: 'on',
      EXPLAIN: 'on',
      OPERATIONS: 'any',
      EXECUTION_PLANS: 'repeated',
      APOLLO_PIPELINE: 'when-needed',
      LIMIT_ALIASES: 30,
      LIMIT_DEFINITIONS: 50,
      LIMIT_DEPTH: 25,
      LIMIT_DIRECTIVES: 100,
      LIMIT_DIRECTIVES_PER_LOCATION: 5,
      LIMIT_FIELDS: 500,
      LIMIT_OBJECTS: 5_000,
      LIMIT_REPEATED_NAMES: 100,
      LIMIT_TOKENS: 4_000,
      LIMIT_VALUE_DEPTH: 10,
      LIMIT_VALUE_ENTRIES: 1_000,
      LIMIT_VARIABLES: 50,
      LIMIT_REQUESTS_PER_ADDRESS: 60_000,
      LIMIT_REQUESTS_PER_VIEWER: { each: 12_000, byRole: new Map() },
    });
  });

  // covers: EXPLORE-04
  test.each([
    [{}, 'on'],
    [{ API_URL: 'https://api.example' }, 'off'],
    [{ WEB_URL: 'https://tasks.example' }, 'off'],
    [{ INTROSPECTION: 'off' }, 'off'],
    [{ EXPLAIN: 'off' }, 'off'],
    [{ EXPLAIN: 'on', API_URL: 'https://api.example', WEB_URL: 'https://tasks.example' }, 'on'],
  ] as const)('with %j, EXPLAIN is %s', (environment, expected) => {
    expect(readApiConfig({ ...GOOD, ...environment }).EXPLAIN).toBe(expected);
  });

  test('refuses EXPLAIN=on with INTROSPECTION=off, of the API and of npm start', () => {
    const environment = { EXPLAIN: 'on', INTROSPECTION: 'off' };
    for (const read of [() => readApiConfig({ ...GOOD, ...environment }), () => readStartConfig(environment)])
      expect(errorsOf(read)).toEqual({ EXPLAIN: expect.stringContaining('where INTROSPECTION is off') as string });
  });

  test.each(['http://localhost:4000', 'http://127.0.0.1', 'http://[::1]:4000', 'https://localhost'])(
    'allows Apollo’s origins as explorers of an API on loopback (%s) by default',
    (API_URL) => {
      const explorers = (EXPLORER_ORIGINS?: string) =>
        readApiConfig({ ...GOOD, API_URL, EXPLORER_ORIGINS }).EXPLORER_ORIGINS;
      expect(explorers()).toContain('https://studio.apollographql.com');
      expect(explorers('')).toEqual(explorers());
      expect(explorers('none')).toEqual([]);
      expect(explorers('https://explorer.example')).toEqual(['https://explorer.example']);
    },
  );

  // covers: HTTP-11
  test.each(['https://api.example', 'http://api.example', 'https://localhost.example', 'http://10.0.0.1'])(
    'allows no explorer of a public API (%s) unless EXPLORER_ORIGINS names it',
    (API_URL) => {
      const open = { ...GOOD, PLAIN_HTTP: 'allowed', API_URL };
      expect(readApiConfig(open).EXPLORER_ORIGINS).toEqual([]);
      const named = { ...open, EXPLORER_ORIGINS: 'https://explorer.example' };
      expect(readApiConfig(named).EXPLORER_ORIGINS).toEqual(['https://explorer.example']);
    },
  );

  test('requires a database, origins, an issuer and a secret, and lists every missing one', () => {
    const missing = errorsOf(() => readApiConfig({}));
    expect(Object.keys(missing).toSorted()).toEqual(Object.keys(GOOD).toSorted());
    for (const line of Object.values(missing)) expect(line).toMatch(/ is missing: expected .+, for example .+/);
  });

  test('lists invalid secrets once', () => {
    expect(errorsOf(() => readApiConfig({ ...GOOD, TOKEN_SECRETS: 'x' }))).toEqual({
      TOKEN_SECRETS: expect.stringContaining('is not valid'),
    });
  });
});

// covers: TOKEN-13
describe('readApiConfig in jwks mode', () => {
  const { TOKEN_SECRETS: _, ...withoutSecrets } = GOOD;
  const read = (WEB_URL: string) => readApiConfig({ ...withoutSecrets, TOKEN_MODE: 'jwks', WEB_URL });

  test('requires no secret', () => {
    expect(read('https://tasks.example')).toMatchObject({ TOKEN_MODE: 'jwks', WEB_URL: 'https://tasks.example' });
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
    'accepts the key origin %s',
    (url) => {
      expect(read(url).WEB_URL).toBe(url);
    },
  );

  test.each(['http://tasks.example', 'http://10.0.0.1', 'http://localhost.example', 'http://127.0.0.1.example'])(
    'rejects the key origin %s, where an attacker in the network could replace the keys',
    (url) => {
      expect(errorsOf(() => read(url))).toEqual({ WEB_URL: expect.stringContaining('expected https in jwks mode') });
    },
  );
});

describe('readStartConfig', () => {
  test('requires nothing', () => {
    expect(readStartConfig({})).toMatchObject({
      API_PORT: 4_000,
      WEB_PORT: 3_000,
      DATA_DIR: '.data',
      PASSWORD_POLICY: 'classic',
    });
    expect(readStartConfig({})).not.toHaveProperty('DATABASE_URL');
  });

  // covers: FR-024.2, WEB-09
  test('rejects public plain http origins unless PLAIN_HTTP allows them', () => {
    const open = { WEB_URL: 'http://tasks.example', API_URL: 'http://10.0.0.1' };
    expect(Object.keys(errorsOf(() => readStartConfig(open))).toSorted()).toEqual(['API_URL', 'WEB_URL']);
    expect(readStartConfig({ ...open, PLAIN_HTTP: 'allowed' })).toMatchObject(open);
  });

  // covers: ENGINE-22
  test('rejects the connection string of a runtime role without that of the owner', () => {
    const roles = {
      API_DATABASE_URL: GOOD.API_DATABASE_URL,
      AUTH_DATABASE_URL: GOOD.API_DATABASE_URL.replace('_api', '_auth'),
    };
    const expected = (name: string) =>
      `${name} is set without DATABASE_URL: set both, or neither for the embedded database`;
    for (const owner of [{}, { DATABASE_URL: '' }])
      for (const [name, url] of Object.entries(roles))
        expect(errorsOf(() => readStartConfig({ ...owner, [name]: url }))).toEqual({ [name]: expected(name) });
    expect(Object.keys(errorsOf(() => readStartConfig(roles)))).toEqual(Object.keys(roles));
    const DATABASE_URL = 'postgres://owner:p@localhost:5432/fieldgate';
    expect(readStartConfig({ ...roles, DATABASE_URL })).toMatchObject(roles);
    // One error, not a second one that follows from it.
    expect(Object.keys(errorsOf(() => readStartConfig({ ...roles, DATABASE_URL: 'x' })))).toEqual(['DATABASE_URL']);
  });

  test('lists every invalid setting', () => {
    const bad = { DATABASE_URL: 'x', SMTP_URL: 'x', BETTER_AUTH_SECRET: 'short', PASSWORD_POLICY: 'x', WEB_PORT: 'x' };
    expect(Object.keys(errorsOf(() => readStartConfig(bad))).toSorted()).toEqual(Object.keys(bad).toSorted());
  });
});
