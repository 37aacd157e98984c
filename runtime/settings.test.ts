import { availableParallelism } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Environment,
  explainOf,
  explorersOf,
  insecureOriginErrors,
  isLoopbackAddress,
  isThisMachineOnly,
  LIMIT_SETTINGS,
  readSettings,
  SETTING_NAMES,
  type SettingName,
  SettingsError,
} from './settings.ts';

const secret = (bytes: number, fill = 1) => Buffer.alloc(bytes, fill).toString('base64url');

/** Returns the lines of the SettingsError for an environment, by setting. */
function errorsIn(environment: Environment, names: readonly SettingName[] = SETTING_NAMES): Record<string, string> {
  try {
    readSettings(environment, names);
    return {};
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    const [head, ...lines] = (error as SettingsError).message.split('\n  ');
    expect(head).toBe('Invalid settings:');
    return Object.fromEntries(lines.map((line) => [line.split(' ')[0], line]));
  }
}

const ORIGINS = [
  'localhost:4000',
  '//localhost',
  'ftp://localhost',
  'javascript:1',
  'nonsense',
  'null',
  '*',
  'http://',
  'http://localhost/path',
  'http://localhost/?a',
  'http://localhost/#a',
  'http://user@localhost',
  'http://:password@localhost',
];
const DATABASES = ['localhost', 'http://localhost/db', 'postgres://localhost', 'postgres://localhost/', 'file:///db'];
const PORTS = ['0', '-1', '65536', '999999', '1.5', '0x50', '80 ', 'http', '1e3'];

type LimitSetting = (typeof LIMIT_SETTINGS)[number];
const LIMITS = ['0', '-1', '1.5', '1e3', 'none', '10000000', '25 '];

/** What a limit refuses; those of requests refuse other values than those of the cost. */
const REFUSED_LIMITS: Readonly<Partial<Record<LimitSetting, readonly string[]>>> = {
  LIMIT_REQUESTS_PER_ADDRESS: ['0', '-1', '1.5', '1e3', 'None', 'off', '1000000000', '100,ADMIN:200'],
  LIMIT_REQUESTS_PER_VIEWER: [
    '0',
    '-1',
    '1.5',
    'None',
    '1000000000',
    'ADMIN:5',
    '5,',
    '5,ADMIN',
    '5,ADMIN:0',
    '5;ADMIN:6',
    '5,admin:6',
    '5,ADMIN:6,ADMIN:7',
    '5,ADMIN=6',
    ',ADMIN:5',
  ],
};

const ADDRESSES = ['localhost', '*', '256.0.0.1', '10.0.0', '[::1]', '0.0.0.0:80', '10.0.0.0/8', 'fe80::1%eth0'];

const REFUSED: Readonly<Record<Exclude<SettingName, LimitSetting>, readonly string[]>> = {
  DATABASE_URL: DATABASES,
  API_DATABASE_URL: DATABASES,
  AUTH_DATABASE_URL: [...DATABASES, 'fieldgate_auth:hunter2@localhost'],
  DIRECT_DATABASE_URL: [...DATABASES, 'fieldgate_api:hunter2@localhost'],
  API_READ_DATABASE_URL: [
    ...DATABASES,
    ',',
    'postgres://api:hunter2@replica/fieldgate,',
    'postgres://api:hunter2@replica/fieldgate,replica2',
  ],
  POSITION_SECRET: ['x', 'b'.repeat(31)],
  API_HOST: ADDRESSES,
  WEB_HOST: ADDRESSES,
  METRICS_HOST: ADDRESSES,
  API_PORT: PORTS,
  WEB_PORT: PORTS,
  METRICS_PORT: PORTS,
  WEB_METRICS_PORT: PORTS,
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    'localhost:4318',
    'grpc://localhost:4317',
    'http://user:hunter2@localhost:4318',
    'http://localhost:4318?key=1',
    'http://localhost:4318#x',
  ],
  OTEL_SERVICE_NAME: ['x'.repeat(101), 'the api', 'api/1', 'api:hunter2'],
  OTEL_TRACES_SAMPLER: ['on', 'always', 'ALWAYS_ON', 'jaeger_remote', 'parentbased_'],
  OTEL_TRACES_SAMPLER_ARG: ['-0.1', '1.1', '2', '10', '10%', 'half', '1e-1', '.', '0,1', 'NaN'],
  API_URL: ORIGINS,
  WEB_URL: ORIGINS,
  API_INTERNAL_URL: ORIGINS,
  WORKERS: ['0', '-1', '65', '100', '1.5', 'all', 'AUTO', '2 '],
  PLAIN_HTTP: ['true', 'on', 'ALLOWED', 'http'],
  BETTER_AUTH_SECRET: ['x', 'b'.repeat(31)],
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
  // Any non-empty text is valid.
  TOKEN_ISSUER: [],
  TOKEN_AUDIENCE: [],
  TOKEN_TTL: ['0s', '29s', '25h', '900', '15 m', '-15m', '1d', '1.5h', '015m', '15M'],
  PASSWORD_POLICY: ['none', 'Classic', 'NIST'],
  SMTP_URL: [
    'localhost:1025',
    'http://localhost',
    'smtp://',
    'smtp://mail/x',
    'smtp://mail?ignoreTLS=true',
    'smtp://m#a',
  ],
  REDIS_URL: [
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://:hunter2@host/name',
    'rediss://host/0?tls=false',
    'redis://host/#a',
  ],
  MAIL_FROM: ['x', '@example.com', 'a@', 'a@b@c', 'Ada <a@example.com>', 'a@example.com, b@example.com', 'a@b\r\nx: y'],
  TRUSTED_PROXIES: [
    'localhost',
    '*',
    'loopback',
    '10.0.0.0/8;::1',
    '10.0.0.0/8,proxy.local',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0',
    '256.0.0.1',
    '1:2:3',
  ],
  STALL_TIMEOUT: ['0s', '30', '61m', '2h', '-1s', '1.5s', '30 s', 'none'],
  DRAIN_DELAY: ['0s', '5', '6m', '1h', '-1s', '1.5s', 'none'],
  EXPLORER_ORIGINS: [
    ...ORIGINS,
    'none,https://a.example',
    'https://a.example,null',
    'https://*.example',
    'https://a.example/path',
    'http://a.example',
    'http://localhost.example',
    'http://10.0.0.1',
    'http://127.0.0.1.example',
    'NONE',
    ',',
    'https://user@a.example',
    'https://a.example https://b.example',
    'https://a.example;https://b.example',
  ],
  APOLLO_PIPELINE: ['never', 'true', 'ALWAYS', 'short'],
  EXECUTION_PLANS: ['on', 'true', 'ALL', 'none'],
  OPERATIONS: ['all', 'true', 'TRUSTED', 'persisted'],
  // Whether the files are there is checked when they are read.
  TRUSTED_DOCUMENTS: ['documents', 'a.json,', 'a.json,b', ',', '.json', 'a/.json', 'a.json;b.json.txt'],
  INTROSPECTION: ['true', '1', 'ON', 'yes'],
  EXPLAIN: ['true', '1', 'ON', 'yes'],
  // Any non-empty text is valid.
  DATA_DIR: [],
  WEB_BUILD_DIR: ['../elsewhere', '..', '.', 'a/b', '  '],
};

const ALL_REFUSED: readonly (readonly [string, readonly string[]])[] = [
  ...Object.entries(REFUSED),
  ...LIMIT_SETTINGS.map((name) => [name, REFUSED_LIMITS[name] ?? LIMITS] as const),
];
// covers: FR-011.1
test.each(ALL_REFUSED.flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
  '%s rejects %j with the expected value and an example',
  (name, value) => {
    const wrong = errorsIn({ [name]: value }, [name as SettingName]);
    expect(wrong).toEqual({
      [name]: expect.stringMatching(new RegExp(`^${name} is not valid: expected .+, for example .+`)),
    });
  },
);

test.each([
  ['API_DATABASE_URL', 'postgresql://a:b@localhost/c', 'postgresql://a:b@localhost/c'],
  ['API_PORT', '65535', 65_535],
  ['API_HOST', '0.0.0.0', '0.0.0.0'],
  ['WEB_HOST', '::', '::'],
  ['WORKERS', '64', 64],
  ['WORKERS', 'auto', Math.min(availableParallelism(), 64)],
  ['WEB_URL', 'https://example.com/', 'https://example.com'],
  ['WEB_URL', 'HTTP://Example.com:80', 'http://example.com'],
  ['TOKEN_TTL', '30s', 30],
  ['TOKEN_TTL', '24h', 86_400],
  ['SMTP_URL', 'smtps://mail.example', 'smtps://mail.example'],
  ['SMTP_URL', 'smtp://user:pa%40ss@mail.example:587/', 'smtp://user:pa%40ss@mail.example:587/'],
  ['REDIS_URL', 'redis://localhost:6379', 'redis://localhost:6379'],
  ['REDIS_URL', 'rediss://user:pa%40ss@redis.example:6380/2', 'rediss://user:pa%40ss@redis.example:6380/2'],
  ['MAIL_FROM', 'no-reply@localhost', 'no-reply@localhost'],
  ['TRUSTED_PROXIES', '10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ['STALL_TIMEOUT', '1s', 1],
  ['STALL_TIMEOUT', '1h', 3_600],
  ['DRAIN_DELAY', '5m', 300],
  ['LIMIT_DEPTH', '1', 1],
  ['LIMIT_TOKENS', '9999999', 9_999_999],
  ['LIMIT_REQUESTS_PER_ADDRESS', '1', 1],
  ['LIMIT_REQUESTS_PER_ADDRESS', 'none', Number.POSITIVE_INFINITY],
  ['LIMIT_REQUESTS_PER_VIEWER', '5', { each: 5, byRole: new Map() }],
  [
    'LIMIT_REQUESTS_PER_VIEWER',
    '5, ADMIN:6,SUPPORT:none',
    {
      each: 5,
      byRole: new Map([
        ['ADMIN', 6],
        ['SUPPORT', Number.POSITIVE_INFINITY],
      ]),
    },
  ],
  ['TRUSTED_DOCUMENTS', 'a.json, b.json', ['a.json', 'b.json']],
  ['EXPLORER_ORIGINS', 'none', []],
  ['EXPLORER_ORIGINS', 'https://a.example', ['https://a.example']],
  [
    'EXPLORER_ORIGINS',
    'HTTPS://A.example:443/, http://localhost:5000,http://[::1]:80',
    ['https://a.example', 'http://localhost:5000', 'http://[::1]'],
  ],
  ['INTROSPECTION', 'off', 'off'],
  ['EXPLAIN', 'on', 'on'],
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
  ['WEB_BUILD_DIR', '.next-test', '.next-test'],
] as const)('%s accepts %j', (name, value, expected) => {
  expect(readSettings({ [name]: value }, [name])).toEqual({ [name]: expected });
});

describe('readSettings', () => {
  test('lists all missing and invalid settings', () => {
    const all = errorsIn({ API_PORT: 'x', TOKEN_TTL: 'x' }, ['API_PORT', 'TOKEN_TTL', 'TOKEN_ISSUER', 'WEB_PORT']);
    expect(all).toEqual({
      API_PORT: 'API_PORT is not valid: expected a port number from 1 to 65535, for example 4000',
      TOKEN_TTL: 'TOKEN_TTL is not valid: expected a duration in s, m or h, from 30s to 24h, for example 15m',
      TOKEN_ISSUER: 'TOKEN_ISSUER is missing: expected the issuer that tokens name, for example http://localhost:3000',
    });
  });

  // covers: FR-025.2, OPS-18
  test('never quotes a value, which may be a secret', () => {
    const value = '/hunter2/';
    const free: readonly SettingName[] = ['TOKEN_ISSUER', 'TOKEN_AUDIENCE', 'DATA_DIR'];
    const names = SETTING_NAMES.filter((name) => !free.includes(name));
    const all = errorsIn(Object.fromEntries(names.map((name) => [name, value])), names);
    expect(Object.keys(all).toSorted()).toEqual(names.toSorted());
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  test('treats an empty variable as absent', () => {
    const names = ['API_PORT', 'TOKEN_TTL'] as const;
    expect(readSettings({ API_PORT: '', TOKEN_TTL: '' }, names)).toEqual(readSettings({}, names));
    expect(errorsIn({ WEB_URL: '' }, ['WEB_URL'])['WEB_URL']).toContain('is missing');
  });

  test('omits an absent optional setting, and rejects an invalid one', () => {
    expect(readSettings({}, [], ['WEB_URL'])).toEqual({});
    expect(() => readSettings({ WEB_URL: 'x' }, [], ['WEB_URL'])).toThrow(SettingsError);
  });

  test('lists the errors of the cross-check after those of each setting', () => {
    const crossCheck = ({ API_PORT, WEB_PORT }: { API_PORT?: number; WEB_PORT?: number }) =>
      API_PORT === WEB_PORT ? ['One port cannot be two.'] : [];
    const names = ['API_PORT', 'WEB_PORT', 'WEB_URL'] as const;
    expect(() => readSettings({ API_PORT: '80', WEB_PORT: '80' }, names, [], crossCheck)).toThrow(
      /WEB_URL is missing.*\n {2}One port cannot be two\.$/,
    );
  });
});

const LOCAL = {
  API_URL: 'http://localhost:4000',
  WEB_URL: 'http://127.0.0.1:3000',
  API_HOST: '127.0.0.1',
  WEB_HOST: '::1',
} as const;
/** Addresses on which other machines reach a process. */
const OPEN_ADDRESSES = ['0.0.0.0', '::', '10.0.0.1', '192.168.0.2', '128.0.0.1', '2001:db8::1', '::ffff:10.0.0.1'];

test('isLoopbackAddress knows every loopback address, in IPv6 form too', () => {
  const loopback = fc.oneof(
    fc.ipV4().map((address) => address.replace(/^\d+/, '127')),
    fc.constantFrom('::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'),
  );
  fc.assert(fc.property(loopback, (address) => isLoopbackAddress(address)));
  for (const address of OPEN_ADDRESSES) expect(isLoopbackAddress(address), address).toBe(false);
});

// covers: PROC-04
test.each(OPEN_ADDRESSES.flatMap((address) => [{ API_HOST: address }, { WEB_HOST: address }]))(
  'with %j, which other machines reach, nothing is open that is for this machine alone',
  (hosts) => {
    const settings = { ...LOCAL, ...hosts };
    expect(isThisMachineOnly(LOCAL)).toBe(true);
    expect(isThisMachineOnly(settings)).toBe(false);
    expect(explainOf(undefined, { ...LOCAL, INTROSPECTION: 'on' })).toBe('on');
    expect(explainOf(undefined, { ...settings, INTROSPECTION: 'on' })).toBe('off');
    expect(explorersOf(undefined, settings).length > 0).toBe(!('API_HOST' in hosts));
  },
);

// covers: PROC-04
test('a process that listens beyond this machine needs an https origin, or PLAIN_HTTP=allowed', () => {
  expect(insecureOriginErrors(LOCAL)).toEqual([]);
  for (const address of OPEN_ADDRESSES) {
    const settings = { ...LOCAL, API_HOST: address };
    expect(insecureOriginErrors(settings)).toEqual([
      expect.stringMatching(/^API_HOST is not valid: expected a loopback address while API_URL is not https/),
    ]);
    // `npm start` derives an http origin.
    expect(insecureOriginErrors({ WEB_HOST: address })).toHaveLength(1);
    expect(insecureOriginErrors({ ...settings, API_URL: 'https://api.example' })).toEqual([]);
    expect(insecureOriginErrors({ ...settings, PLAIN_HTTP: 'allowed' })).toEqual([]);
  }
});
