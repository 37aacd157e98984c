import { describe, expect, test } from 'vitest';
import { readApiConfig, readStartConfig, SettingsError } from './config.ts';

const secret = (bytes: number, fill = 1) => Buffer.alloc(bytes, fill).toString('base64url');
const GOOD = {
  API_DATABASE_URL: 'postgres://fieldgate_api:p@localhost:5432/fieldgate',
  API_URL: 'http://localhost:4000',
  WEB_URL: 'http://localhost:3000',
  TOKEN_SECRETS: `a:${secret(32)}`,
  TOKEN_ISSUER: 'http://localhost:3000',
};

/** The mistakes that are listed, by variable. */
function mistakes(read: () => unknown): Record<string, string> {
  try {
    read();
    return {};
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const [head, ...lines] = (error as SettingsError).message.split('\n  ');
    expect(head).toBe('The settings are wrong:');
    return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line]));
  }
}
const wrongIn = (changes: Record<string, string>) => mistakes(() => readApiConfig({ ...GOOD, ...changes }));

describe('readApiConfig', () => {
  test('gives what is left out its documented default', () => {
    expect(readApiConfig(GOOD)).toEqual({
      API_DATABASE_URL: GOOD.API_DATABASE_URL,
      API_PORT: 4_000,
      METRICS_PORT: 9_464,
      API_URL: 'http://localhost:4000',
      WEB_URL: 'http://localhost:3000',
      TOKEN_MODE: 'shared-secret',
      TOKEN_SECRETS: { listed: [{ kid: 'a', secret: new Uint8Array(32).fill(1) }] },
      TOKEN_ISSUER: 'http://localhost:3000',
      TOKEN_AUDIENCE: 'fieldgate-api',
      TOKEN_TTL: 900,
      TRUSTED_PROXIES: [],
      INTROSPECTION: 'on',
    });
  });

  test('has no default for a database, an origin, an issuer or a secret: all that is missing is listed at once', () => {
    const missing = mistakes(() => readApiConfig({}));
    expect(Object.keys(missing).toSorted()).toEqual(Object.keys(GOOD).toSorted());
    for (const line of Object.values(missing)) expect(line).toMatch(/ is missing: expected .+, for example .+/);
  });

  test('lists every mistake at once, missing and malformed together', () => {
    const { TOKEN_ISSUER: _, ...rest } = GOOD;
    const bad = { ...rest, API_PORT: 'x', TOKEN_TTL: 'x', API_URL: 'x', TOKEN_SECRETS: 'x', INTROSPECTION: 'x' };
    const all = mistakes(() => readApiConfig(bad));
    expect(Object.keys(all).toSorted()).toEqual(
      ['API_PORT', 'API_URL', 'INTROSPECTION', 'TOKEN_ISSUER', 'TOKEN_SECRETS', 'TOKEN_TTL'].toSorted(),
    );
    expect(all['API_PORT']).toBe('API_PORT is not valid: expected a port number from 1 to 65535, for example 4000');
    expect(all['TOKEN_ISSUER']).toContain('is missing');
  });

  test('never repeats a value: it may be a secret', () => {
    const value = 'hunter2-hunter2-hunter2';
    const names = Object.keys(readApiConfig(GOOD)).filter((name) => !['TOKEN_ISSUER', 'TOKEN_AUDIENCE'].includes(name));
    const all = wrongIn(Object.fromEntries(names.map((name) => [name, value])));
    expect(Object.keys(all).toSorted()).toEqual(names.toSorted());
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  test('takes an empty variable for an absent one', () => {
    expect(readApiConfig({ ...GOOD, API_PORT: '', TOKEN_TTL: '' })).toEqual(readApiConfig(GOOD));
    expect(wrongIn({ TOKEN_SECRETS: '' })['TOKEN_SECRETS']).toContain('is missing');
  });

  const REFUSED: Record<string, readonly string[]> = {
    API_PORT: ['0', '-1', '65536', '999999', '1.5', '0x50', '80 ', 'http', '1e3'],
    METRICS_PORT: ['0', '65536', 'x'],
    API_DATABASE_URL: [
      'localhost',
      'http://localhost/db',
      'postgres://localhost',
      'postgres://localhost/',
      'file:///db',
    ],
    API_URL: [
      'localhost:4000',
      'ftp://localhost',
      'http://localhost/path',
      'http://localhost/?a',
      '//localhost',
      'javascript:1',
    ],
    WEB_URL: ['localhost:3000', 'http://localhost:3000/app', 'http://', 'null', '*'],
    TOKEN_MODE: ['none', 'HS256', 'Shared-Secret', 'JWKS'],
    TOKEN_SECRETS: [
      secret(32),
      `a:${secret(31)}`,
      `a:${secret(32)}=`,
      `:${secret(32)}`,
      `a b:${secret(32)}`,
      `a:${secret(32)},`,
      `a:${secret(32)},b:${secret(16)}`,
      `a:${secret(32)},a:${secret(32, 2)}`,
      `${'k'.repeat(65)}:${secret(32)}`,
      `a:${secret(32)};b:${secret(32)}`,
      'file:',
      '/run/secrets/keys.json',
    ],
    TOKEN_TTL: ['0s', '29s', '25h', '900', '15 m', '-15m', '1d', '1.5h', '015m', '15M'],
    TRUSTED_PROXIES: ['localhost', '*', '10.0.0.0/8;::1', 'loopback', '10.0.0.0/'],
    INTROSPECTION: ['true', '1', 'ON', 'yes'],
  };
  test.each(Object.entries(REFUSED).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s refuses %j',
    (name, value) => {
      const wrong = wrongIn({ [name]: value });
      expect(Object.keys(wrong)).toEqual([name]);
      expect(wrong[name]).toContain(`${name} is not valid: expected `);
    },
  );

  const ACCEPTED: readonly (readonly [string, string, unknown])[] = [
    ['API_PORT', '65535', 65_535],
    ['WEB_URL', 'https://example.com/', 'https://example.com'],
    ['WEB_URL', 'HTTP://Example.com:80', 'http://example.com'],
    ['TOKEN_TTL', '30s', 30],
    ['TOKEN_TTL', '24h', 86_400],
    ['TRUSTED_PROXIES', '10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['INTROSPECTION', 'off', 'off'],
    [
      'TOKEN_SECRETS',
      `2026-11:${secret(32)}, 2026-05:${secret(64, 2)}`,
      {
        listed: [
          { kid: '2026-11', secret: new Uint8Array(32).fill(1) },
          { kid: '2026-05', secret: new Uint8Array(64).fill(2) },
        ],
      },
    ],
    ['TOKEN_SECRETS', 'file:/run/secrets/keys.json', { file: '/run/secrets/keys.json' }],
  ];
  test.each(ACCEPTED)('%s takes %j', (name, value, expected) => {
    expect(readApiConfig({ ...GOOD, [name]: value })).toMatchObject({ [name]: expected });
  });
});

describe('readApiConfig in jwks mode', () => {
  const { TOKEN_SECRETS: _, ...withoutSecrets } = GOOD;
  const read = (WEB_URL: string) => readApiConfig({ ...withoutSecrets, TOKEN_MODE: 'jwks', WEB_URL });

  test('needs no secret: the API has none', () => {
    expect(read('https://tasks.example')).toMatchObject({ TOKEN_MODE: 'jwks', WEB_URL: 'https://tasks.example' });
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])('takes keys from %s', (url) => {
    expect(read(url).WEB_URL).toBe(url);
  });

  test.each(['http://tasks.example', 'http://10.0.0.1', 'http://localhost.example', 'http://127.0.0.1.example'])(
    'takes no keys from %s: whoever is on the way could put in their own',
    (url) => {
      expect(mistakes(() => read(url))).toEqual({ WEB_URL: expect.stringContaining('expected https in jwks mode') });
    },
  );
});

describe('readStartConfig', () => {
  test('needs nothing: what is absent is derived later', () => {
    expect(readStartConfig({})).toMatchObject({
      API_PORT: 4_000,
      WEB_PORT: 3_000,
      DATA_DIR: '.data',
      PASSWORD_POLICY: 'classic',
    });
    expect(readStartConfig({})).not.toHaveProperty('DATABASE_URL');
  });

  test('but what is given has to be right, all of it', () => {
    const bad = { DATABASE_URL: 'x', SMTP_URL: 'x', BETTER_AUTH_SECRET: 'short', PASSWORD_POLICY: 'x', WEB_PORT: 'x' };
    expect(Object.keys(mistakes(() => readStartConfig(bad))).toSorted()).toEqual(Object.keys(bad).toSorted());
  });
});
