/**
 * The settings: environment variables, the same for every process that reads them. Each process asks for those that it
 * needs, in `server/config.ts` and `web/config.ts`; nothing else reads the environment.
 *
 * There is one schema because two had diverged: the API accepted `999.0.0.1` as a trusted proxy and an origin with a
 * user name in it, the web app did not, and tests had a third list of the settings that they must not inherit.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { readTokenSecrets, TOKEN_SECRETS_FORM } from './token-secrets.ts';

/**
 * Parses once and hands the parts on. Every refinement runs, also after one has failed, and `new URL` throws with the
 * text as given: a database password among it.
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
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number >= 1 && number <= 65_535);

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

/** Origins of explorers, in the form in which browsers send them. A `*` is part of a valid host name to the URL parser. */
const explorerOrigins = z.string().transform((text, context) => {
  if (text === 'none') return [];
  const origins = text.split(',').map((entry) => origin.safeParse(entry.trim()).data ?? '');
  if (origins.every((entry) => entry !== '' && isHttpsOrLoopback(entry) && !entry.includes('*'))) return origins;
  context.addIssue({ code: 'custom', message: 'form' });
  return z.NEVER;
});

/** The name of a folder inside another: no path, and neither that folder itself nor the one above it. */
const folderName = z.string().refine((name) => /^[\w.-]+$/.test(name) && !/^\.*$/.test(name));

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

const DATABASE = 'a PostgreSQL URL with a database name';
const PORT = 'a port number from 1 to 65535';
const ORIGIN = 'an http or https origin without a path';

/** Every setting there is: how it is read, its default where it has one, and the words for whoever got it wrong. */
const SETTINGS = {
  DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://owner:password@localhost:5432/fieldgate'),
  API_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_api:password@localhost:5432/fieldgate'),
  AUTH_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_auth:password@localhost:5432/fieldgate'),
  API_PORT: setting(port.prefault('4000'), PORT, '4000'),
  WEB_PORT: setting(port.prefault('3000'), PORT, '3000'),
  METRICS_PORT: setting(port.prefault('9464'), PORT, '9464'),
  API_URL: setting(origin, ORIGIN, 'http://localhost:4000'),
  WEB_URL: setting(origin, ORIGIN, 'http://localhost:3000'),
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
    url(({ protocol }) => /^smtps?:$/.test(protocol)),
    'an smtp or smtps URL',
    'smtp://localhost:1025',
  ),
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
  EXPLORER_ORIGINS: setting(
    explorerOrigins,
    'https origins, or http origins of this machine, with commas between; or none',
    'https://studio.apollographql.com',
  ),
  INTROSPECTION: setting(z.enum(['on', 'off']).prefault('on'), 'on or off', 'on'),
  DATA_DIR: setting(z.string().min(1).prefault('.data'), 'a folder that can be written', '.data'),
  WEB_BUILD_DIR: setting(folderName.prefault('.next'), 'the name of a folder in web/', '.next'),
} as const;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The name of every setting. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** What a setting is once it has been read. */
export type SettingValue<N extends SettingName> = z.output<(typeof SETTINGS)[N]['parser']>;

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the settings are wrong: its message lists every mistake, never a value (it may be a secret). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(errors: readonly string[]) {
    super(`The settings are wrong:\n${errors.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** Whether an address is this machine's loopback interface. */
export function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

/** Whether nobody on the way can read or change what is sent to an address and back: https, or this machine. */
export function isHttpsOrLoopback(address: string): boolean {
  return new URL(address).protocol === 'https:' || isLoopback(address);
}

/** Apollo Studio, which serves Sandbox, and the frame in which other sites embed Sandbox (`@apollo/sandbox`). */
const APOLLO_ORIGINS = ['https://studio.apollographql.com', 'https://sandbox.embed.apollographql.com'] as const;

/**
 * Returns the origins whose pages may explore the API.
 * @param value EXPLORER_ORIGINS; when it is absent, Apollo's own may explore an API on this machine, and none any other
 */
export function explorersOf(value: readonly string[] | undefined, apiUrl: string): readonly string[] {
  return value ?? (isLoopback(apiUrl) ? APOLLO_ORIGINS : []);
}

/**
 * What is wrong with origins to which passwords, session cookies and access tokens would travel in the open: over plain
 * http to another machine, unless PLAIN_HTTP allows it by name.
 */
export function insecureOriginErrors(
  settings: { readonly [N in 'API_URL' | 'WEB_URL' | 'PLAIN_HTTP']?: SettingValue<N> | undefined },
): readonly string[] {
  if (settings.PLAIN_HTTP === 'allowed') return [];
  return (['API_URL', 'WEB_URL'] as const).flatMap((name) => {
    const address = settings[name];
    if (address === undefined || isHttpsOrLoopback(address)) return [];
    return `${name} is not valid: expected https, or this machine, for example https://tasks.example; PLAIN_HTTP=allowed lets passwords and tokens travel in the open`;
  });
}

/** The words for a setting that is not there. */
export function missingSettingError(name: SettingName): string {
  return settingError(name, 'is missing');
}

function settingError(name: SettingName, problem: string): string {
  const { expected, example } = SETTINGS[name];
  return `${name} ${problem}: expected ${expected}, for example ${example}`;
}

/**
 * Reads the named settings. An empty variable counts as absent.
 * @param required those that must be there, unless they have a default
 * @param optional those that are undefined when they are not there
 * @param crossCheck what is wrong with settings that are right each by itself; it gets those that were read
 * @throws {SettingsError} naming every missing or malformed setting at once
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
