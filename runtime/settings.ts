/**
 * The settings: environment variables with the same meaning in every process. `server/config.ts` and `web/config.ts` name
 * those that a process reads; no other code reads the environment.
 *
 * There is one schema because two had diverged: the API accepted `999.0.0.1` as a trusted proxy and an origin with a user
 * name in it, the web app did not, and the tests had a third list of settings that they must not inherit.
 */
import { BlockList, isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { LIMITS } from './limit-settings.ts';
import { readTokenSecrets, TOKEN_SECRETS_FORM } from './token-secrets.ts';

/**
 * Returns a parser of URLs. It parses the text once with `URL.parse`: `new URL` throws an error that contains the text, and
 * so a database password; zod runs every refinement, even after one has failed.
 */
const url = (isValid: (parts: URL) => boolean) =>
  z.string().refine((text) => {
    const parts = URL.parse(text);
    return parts !== null && isValid(parts);
  });
const origin = url(
  ({ protocol, pathname, search, hash, username, password }) =>
    /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}${password}` === '',
).transform((text) => URL.parse(text)?.origin ?? '');
const databaseUrl = url(({ protocol, pathname }) => /^postgres(ql)?:$/.test(protocol) && pathname.length > 1);
/** Connection strings with commas between; a comma in a password is `%2C`. */
const databaseUrls = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((urls) => urls.every((each) => databaseUrl.safeParse(each).success));
// Without parameters: mail libraries take options from them, such as not to check certificates.
const smtpUrl = url(
  ({ protocol, hostname, pathname, search, hash }) =>
    /^smtps?:$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname) && `${search}${hash}` === '',
);
// The database by its number: a client ignores any other path, and would use the first one.
const redisUrl = url(
  ({ protocol, hostname, pathname, search, hash }) =>
    /^rediss?:$/.test(protocol) && hostname !== '' && /^\/?\d{0,4}$/.test(pathname) && `${search}${hash}` === '',
);
/** `user@host`; the host may be `localhost` or an address in brackets. */
const mailAddress = z.string().regex(/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.:[\]-]{1,189}$/);
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number >= 1 && number <= 65_535);

/** An address to listen on. Not a name: a name with two addresses would need two servers. */
const listenAddress = z.string().refine((text) => isIP(text) !== 0 && !text.includes('%'));

/** The most workers of one process; a larger number is a mistake: each has its own database connections. */
const MAX_WORKERS = 64;
const workers = z
  .string()
  .regex(/^(auto|\d{1,2})$/)
  .transform((text) => (text === 'auto' ? Math.min(availableParallelism(), MAX_WORKERS) : Number(text)))
  .refine((number) => number >= 1 && number <= MAX_WORKERS);

/** The longest time between SIGTERM and the stop: a longer one is a mistake, since an orchestrator kills sooner. */
const MAX_DRAIN_SECONDS = 300;

const SECONDS = { s: 1, m: 60, h: 3_600 } as const;
const duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smh]$/)
  .transform((text) => Number.parseInt(text, 10) * SECONDS[text.at(-1) as keyof typeof SECONDS]);

const tokenSecrets = z.string().transform((text, context) => {
  const secrets = readTokenSecrets(text);
  if (secrets !== null) return secrets;
  context.addIssue({ code: 'custom', message: 'form' });
  return z.NEVER;
});

/** `10.0.0.1` or `10.0.0.0/8`, and the same for IPv6. */
function isAddressRange(entry: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIP(address);
  return family !== 0 && (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128));
}
const addressRanges = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .refine((list) => list.every(isAddressRange));

/** Origins of explorers, normalized as browsers send them. `*` is excluded: the URL parser accepts it in a host name. */
const explorerOrigins = z.string().transform((text, context) => {
  if (text === 'none') return [];
  const origins = text.split(',').map((entry) => origin.safeParse(entry.trim()).data ?? '');
  if (origins.every((entry) => entry !== '' && isHttpsOrLoopback(entry) && !entry.includes('*'))) return origins;
  context.addIssue({ code: 'custom', message: 'form' });
  return z.NEVER;
});

/** The name of a subfolder: not a path, not `.` and not `..`. */
const folderName = z.string().refine((name) => /^[\w.-]+$/.test(name) && !/^\.*$/.test(name));

const jsonFiles = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((files) => files.every((file) => /[^/]\.json$/.test(file)));

interface Setting<T extends z.ZodType> {
  readonly parser: T;
  readonly expected: string;
  readonly example: string;
}
const setting = <T extends z.ZodType>(parser: T, expected: string, example: string): Setting<T> => ({
  parser,
  expected,
  example,
});

/** The samplers of OpenTelemetry's specification that need no service. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The settings of traces, which both processes read. */
export const TRACING_SETTINGS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;

const DATABASE = 'a PostgreSQL URL with a database name';
const PORT = 'a port number from 1 to 65535';
const ORIGIN = 'an http or https origin without a path';
const ADDRESS = 'an IP address of this machine, or 0.0.0.0 or :: for all of them';

/** All settings: parser with default, and the expected value and an example for error messages. */
const SETTINGS = {
  DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://owner:password@localhost:5432/fieldgate'),
  API_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_api:password@localhost:5432/fieldgate'),
  AUTH_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_auth:password@localhost:5432/fieldgate'),
  DIRECT_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_api:password@localhost:5432/fieldgate'),
  API_READ_DATABASE_URL: setting(
    databaseUrls,
    'PostgreSQL URLs with a database name, with commas between',
    'postgres://fieldgate_api:password@replica:5432/fieldgate',
  ),
  POSITION_SECRET: setting(z.string().min(32), '32 characters or more', 'the output of `openssl rand -base64 32`'),
  API_HOST: setting(listenAddress.prefault('127.0.0.1'), ADDRESS, '127.0.0.1'),
  WEB_HOST: setting(listenAddress.prefault('127.0.0.1'), ADDRESS, '127.0.0.1'),
  METRICS_HOST: setting(listenAddress.prefault('127.0.0.1'), ADDRESS, '127.0.0.1'),
  API_PORT: setting(port.prefault('4000'), PORT, '4000'),
  WEB_PORT: setting(port.prefault('3000'), PORT, '3000'),
  METRICS_PORT: setting(port.prefault('9464'), PORT, '9464'),
  WEB_METRICS_PORT: setting(port, PORT, '9465'),
  API_URL: setting(origin, ORIGIN, 'http://localhost:4000'),
  WEB_URL: setting(origin, ORIGIN, 'http://localhost:3000'),
  API_INTERNAL_URL: setting(origin, ORIGIN, 'http://api:4000'),
  WORKERS: setting(workers, `a number from 1 to ${MAX_WORKERS}, or auto`, 'auto'),
  PLAIN_HTTP: setting(z.enum(['refused', 'allowed']).prefault('refused'), 'refused or allowed', 'refused'),
  BETTER_AUTH_SECRET: setting(z.string().min(32), '32 characters or more', 'the output of `openssl rand -base64 32`'),
  TOKEN_MODE: setting(
    z.enum(['shared-secret', 'jwks']).prefault('shared-secret'),
    'shared-secret or jwks',
    'shared-secret',
  ),
  TOKEN_SECRETS: setting(
    tokenSecrets,
    TOKEN_SECRETS_FORM,
    '2026-11:<the output of `openssl rand 32 | basenc --base64url -w0 | tr -d =`>',
  ),
  TOKEN_ISSUER: setting(z.string().min(1), 'the issuer that tokens name', 'http://localhost:3000'),
  TOKEN_AUDIENCE: setting(
    z.string().min(1).prefault('fieldgate-api'),
    'the audience that tokens name',
    'fieldgate-api',
  ),
  TOKEN_TTL: setting(
    duration.prefault('15m').refine((seconds) => seconds >= 30 && seconds <= 86_400),
    'a duration in s, m or h, from 30s to 24h',
    '15m',
  ),
  PASSWORD_POLICY: setting(z.enum(['classic', 'nist']).prefault('classic'), 'classic or nist', 'classic'),
  SMTP_URL: setting(
    smtpUrl,
    'an smtp or smtps URL without a path or parameters',
    'smtp://user:password@mail.example:587',
  ),
  MAIL_FROM: setting(mailAddress, 'an e-mail address', 'no-reply@tasks.example'),
  TRUSTED_PROXIES: setting(
    addressRanges.prefault(''),
    'addresses or CIDR ranges with commas between',
    '10.0.0.0/8,::1',
  ),
  STALL_TIMEOUT: setting(
    duration.prefault('30s').refine((seconds) => seconds <= 3_600),
    'a duration in s, m or h, up to 1h',
    '30s',
  ),
  DRAIN_DELAY: setting(
    duration.refine((seconds) => seconds <= MAX_DRAIN_SECONDS),
    'a duration in s, m or h, up to 5m',
    '5s',
  ),
  EXPLORER_ORIGINS: setting(
    explorerOrigins,
    'https origins, or http origins of this machine, with commas between; or none',
    'https://studio.apollographql.com',
  ),
  ...LIMITS,
  REDIS_URL: setting(
    redisUrl,
    'a redis or rediss URL, with no path but the number of a database',
    'rediss://:password@redis.example:6379/0',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    url(
      ({ protocol, username, password, search, hash }) =>
        /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '',
    ),
    'an http or https URL without a user name or parameters',
    'http://localhost:4318',
  ),
  OTEL_SERVICE_NAME: setting(
    z.string().regex(/^[\w.-]{1,100}$/),
    'a name of letters, digits, dots and hyphens',
    'fieldgate-api',
  ),
  OTEL_TRACES_SAMPLER: setting(z.enum(SAMPLERS), `one of ${SAMPLERS.join(', ')}`, 'parentbased_traceidratio'),
  OTEL_TRACES_SAMPLER_ARG: setting(
    z
      .string()
      .regex(/^(0|1|[01]?\.\d{1,9})$/)
      .transform(Number)
      .refine((ratio) => ratio <= 1),
    'a ratio from 0 to 1',
    '0.1',
  ),
  APOLLO_PIPELINE: setting(
    z.enum(['when-needed', 'always']).prefault('when-needed'),
    'when-needed or always',
    'when-needed',
  ),
  OPERATIONS: setting(z.enum(['any', 'trusted']).prefault('any'), 'any or trusted', 'any'),
  TRUSTED_DOCUMENTS: setting(
    jsonFiles,
    'paths of manifests, JSON files, with commas between',
    '../mobile/persisted-documents.json',
  ),
  EXECUTION_PLANS: setting(z.enum(['repeated', 'all', 'off']).prefault('repeated'), 'repeated, all or off', 'repeated'),
  INTROSPECTION: setting(z.enum(['on', 'off']).prefault('on'), 'on or off', 'on'),
  EXPLAIN: setting(z.enum(['on', 'off']), 'on or off', 'off'),
  DATA_DIR: setting(z.string().min(1).prefault('.data'), 'a folder that can be written', '.data'),
  WEB_BUILD_DIR: setting(folderName.prefault('.next'), 'the name of a folder in web/', '.next'),
} as const;

/** The settings of the cost of one operation, and of the number of requests. */
export const LIMIT_SETTINGS = Object.keys(LIMITS) as readonly (keyof typeof LIMITS)[];

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The name of every setting. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The parsed value of a setting. */
export type SettingValue<N extends SettingName> = z.output<(typeof SETTINGS)[N]['parser']>;

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown for invalid settings. Its message lists every mistake, and never a value, which may be a secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(errors: readonly string[]) {
    super(`Invalid settings:\n${errors.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** Whether the host of a URL is the loopback interface. */
export function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

/** The loopback addresses (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const LOOPBACK_ADDRESSES = new BlockList();
LOOPBACK_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK_ADDRESSES.addAddress('::1', 'ipv6');

/** Whether a process that listens on an IP address can be reached from this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  return LOOPBACK_ADDRESSES.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The settings that decide whether other machines can reach the processes. */
export type ExposureSettings = {
  readonly [N in 'API_URL' | 'WEB_URL' | 'API_HOST' | 'WEB_HOST']: SettingValue<N>;
};

/**
 * Whether both processes are for this machine alone: they listen on loopback addresses, and their origins are loopback
 * origins, so that no proxy makes them public either. What is open to developers only (the demo account, mails as files,
 * explanations) depends on it.
 */
export function isThisMachineOnly({ API_URL, WEB_URL, API_HOST, WEB_HOST }: ExposureSettings): boolean {
  return [API_URL, WEB_URL].every(isLoopback) && [API_HOST, WEB_HOST].every(isLoopbackAddress);
}

/** Whether the network cannot read or change requests to a URL and their responses: https, or loopback. */
export function isHttpsOrLoopback(address: string): boolean {
  return new URL(address).protocol === 'https:' || isLoopback(address);
}

/** Apollo Studio, which serves Sandbox, and the frame of an embedded Sandbox (`@apollo/sandbox`). */
const APOLLO_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'] as const;

/**
 * Returns the origins whose pages may explore the API.
 * @param value EXPLORER_ORIGINS; if undefined, Apollo's origins for an API on loopback, and none for any other
 */
export function explorersOf(
  value: readonly string[] | undefined,
  { API_URL, API_HOST }: Pick<ExposureSettings, 'API_URL' | 'API_HOST'>,
): readonly string[] {
  return value ?? (isLoopback(API_URL) && isLoopbackAddress(API_HOST) ? APOLLO_ORIGINS : []);
}

/** The settings on which the default of EXPLAIN depends. */
type ExplainSettings = ExposureSettings & { readonly INTROSPECTION: SettingValue<'INTROSPECTION'> };

/**
 * Returns whether the API explains its decisions to the clients that ask for it.
 * @param value EXPLAIN; if undefined, `on` if both processes are for this machine alone and introspection is on
 */
export function explainOf(value: SettingValue<'EXPLAIN'> | undefined, settings: ExplainSettings): 'on' | 'off' {
  return value ?? (isThisMachineOnly(settings) && settings.INTROSPECTION === 'on' ? 'on' : 'off');
}

/** Returns the error of EXPLAIN without introspection: an explanation shows what introspection shows, which is nothing then. */
export function explainErrors(
  settings: {
    readonly [N in 'EXPLAIN' | 'INTROSPECTION']?: SettingValue<N> | undefined;
  },
): readonly string[] {
  if (settings.EXPLAIN !== 'on' || settings.INTROSPECTION !== 'off') return [];
  return ['EXPLAIN is not valid: expected off where INTROSPECTION is off, for example off'];
}

/**
 * Returns the errors of origins to which passwords, session cookies and access tokens would be sent unencrypted: plain http
 * to another machine, or to this one at an address that other machines reach, unless PLAIN_HTTP allows it.
 */
export function insecureOriginErrors(
  settings: { readonly [N in keyof ExposureSettings | 'PLAIN_HTTP']?: SettingValue<N> | undefined },
): readonly string[] {
  if (settings.PLAIN_HTTP === 'allowed') return [];
  const pairs = [
    ['API_URL', 'API_HOST'],
    ['WEB_URL', 'WEB_HOST'],
  ] as const;
  return pairs.flatMap(([name, hostName]) => {
    const address = settings[name];
    const host = settings[hostName];
    if (address !== undefined && !isHttpsOrLoopback(address))
      return `${name} is not valid: expected https, or this machine, for example https://tasks.example; ${PLAIN_HTTP_EFFECT}`;
    // Without an origin `npm start` uses plain http on localhost.
    if (host === undefined || isLoopbackAddress(host) || address?.startsWith('https:')) return [];
    return `${hostName} is not valid: expected a loopback address while ${name} is not https, for example 127.0.0.1; ${PLAIN_HTTP_EFFECT}`;
  });
}

const PLAIN_HTTP_EFFECT = 'PLAIN_HTTP=allowed sends passwords and tokens unencrypted';

/** Returns the error message for a missing setting. */
export function missingSettingError(name: SettingName): string {
  return settingError(name, 'is missing');
}

function settingError(name: SettingName, problem: string): string {
  const { expected, example } = SETTINGS[name];
  return `${name} ${problem}: expected ${expected}, for example ${example}`;
}

/**
 * Reads the named settings. An empty variable counts as absent.
 * @param required settings that must be set unless they have a default
 * @param optional settings that are undefined if they are not set
 * @param crossCheck returns the errors of combinations of valid settings
 * @throws {SettingsError} listing every missing or invalid setting
 */
export function readSettings<R extends SettingName, O extends SettingName = never>(
  environment: Environment,
  required: readonly R[],
  optional: readonly O[] = [],
  crossCheck: (settings: { readonly [N in R | O]?: SettingValue<N> }) => readonly string[] = () => [],
): { readonly [N in R]: SettingValue<N> } & { readonly [N in O]: SettingValue<N> | undefined } {
  const values: Partial<Record<SettingName, unknown>> = {};
  const errors: string[] = [];
  for (const name of [...required, ...optional]) {
    const value = environment[name] || undefined;
    const result = SETTINGS[name].parser.safeParse(value);
    if (result.success) values[name] = result.data;
    else if (value !== undefined) errors.push(settingError(name, 'is not valid'));
    else if ((required as readonly SettingName[]).includes(name)) errors.push(missingSettingError(name));
  }
  errors.push(...crossCheck(values as { readonly [N in R | O]?: SettingValue<N> }));
  if (errors.length > 0) throw new SettingsError(errors);
  return values as { [N in R]: SettingValue<N> } & { [N in O]: SettingValue<N> | undefined };
}
