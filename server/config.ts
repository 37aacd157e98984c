import { z } from 'zod';
import { readTokenSecrets, TOKEN_SECRETS_FORM } from '../schema/token-secrets.ts';

/** One refinement for all: after one that failed zod asks the next, which must not stumble over what is no URL. */
const url = (protocols: readonly string[], isOfForm: (parsed: URL) => boolean = () => true) =>
  z.string().refine((text) => {
    const parsed = URL.parse(text);
    return parsed !== null && protocols.includes(parsed.protocol.slice(0, -1)) && isOfForm(parsed);
  });
const origin = url(['http', 'https'], ({ pathname, search }) => ['', '/'].includes(pathname + search)).transform(
  (text) => new URL(text).origin,
);
const databaseUrl = url(['postgres', 'postgresql'], ({ pathname }) => pathname.length > 1);
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

/** Every setting of the server's side: how it is read, and the words for whoever got it wrong. */
const SETTINGS = {
  DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://owner:password@localhost:5432/fieldgate'),
  API_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_api:password@localhost:5432/fieldgate'),
  AUTH_DATABASE_URL: setting(databaseUrl, DATABASE, 'postgres://fieldgate_auth:password@localhost:5432/fieldgate'),
  API_PORT: setting(port.prefault('4000'), PORT, '4000'),
  WEB_PORT: setting(port.prefault('3000'), PORT, '3000'),
  METRICS_PORT: setting(port.prefault('9464'), PORT, '9464'),
  API_URL: setting(origin, ORIGIN, 'http://localhost:4000'),
  WEB_URL: setting(origin, ORIGIN, 'http://localhost:3000'),
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
  SMTP_URL: setting(url(['smtp', 'smtps']), 'an smtp or smtps URL', 'smtp://localhost:1025'),
  TRUSTED_PROXIES: setting(
    z
      .string()
      .prefault('')
      .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
      .refine((list) => list.every((entry) => /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(entry))),
    'addresses or CIDR ranges with commas between',
    '10.0.0.0/8,::1',
  ),
  INTROSPECTION: setting(z.enum(['on', 'off']).prefault('on'), 'on or off', 'on'),
  DATA_DIR: setting(z.string().min(1).prefault('.data'), 'a folder that can be written', '.data'),
} as const;

type Name = keyof typeof SETTINGS;
type Value<N extends Name> = z.output<(typeof SETTINGS)[N]['parser']>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown when the settings are wrong: its message lists every mistake, never a value (it may be a secret). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function mistake(name: Name, given: string | undefined): string {
  const { expected, example } = SETTINGS[name];
  return `${name} ${given === undefined ? 'is missing' : 'is not valid'}: expected ${expected}, for example ${example}`;
}

/**
 * Reads the named settings; `required` ones have no default and must be there. An empty variable counts as absent.
 * @param together what is wrong with settings that are right each by itself
 */
function read<R extends Name, O extends Name>(
  environment: Environment,
  required: readonly R[],
  optional: readonly O[],
  together: (values: Readonly<Partial<Record<Name, unknown>>>) => readonly string[] = () => [],
) {
  const values: Partial<Record<Name, unknown>> = {};
  const mistakes: string[] = [];
  for (const name of [...required, ...optional]) {
    const given = environment[name] || undefined;
    const result = SETTINGS[name].parser.safeParse(given);
    if (result.success) values[name] = result.data;
    else if (given !== undefined || (required as readonly Name[]).includes(name)) mistakes.push(mistake(name, given));
  }
  mistakes.push(...together(values));
  if (mistakes.length > 0)
    throw new SettingsError(`The settings are wrong:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  return values as { [N in R]: Value<N> } & { [N in O]: Value<N> | undefined };
}

/** What the API process needs to know. */
export type ApiConfig = ReturnType<typeof readApiConfig>;

/**
 * Reads the API's settings from `environment`.
 * @throws {SettingsError} naming every missing or malformed setting at once.
 */
export function readApiConfig(environment: Environment = process.env) {
  return read(
    environment,
    [
      'API_DATABASE_URL',
      'API_PORT',
      'METRICS_PORT',
      'API_URL',
      'WEB_URL',
      'TOKEN_MODE',
      'TOKEN_ISSUER',
      'TOKEN_AUDIENCE',
      'TOKEN_TTL',
      'TRUSTED_PROXIES',
      'INTROSPECTION',
    ],
    ['TOKEN_SECRETS'],
    ({ TOKEN_MODE, WEB_URL }) => {
      if (TOKEN_MODE !== 'jwks') return environment['TOKEN_SECRETS'] ? [] : [mistake('TOKEN_SECRETS', undefined)];
      // Whoever can change what comes over the wire would else be able to publish keys of their own.
      return typeof WEB_URL !== 'string' || isConfidential(WEB_URL)
        ? []
        : ['WEB_URL is not valid: expected https in jwks mode, or this machine, for example https://tasks.example'];
    },
  );
}

/** Whether nobody on the way can change what an origin answers. */
function isConfidential(webUrl: string): boolean {
  const { protocol, hostname } = new URL(webUrl);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** What `npm start` needs to know; what is absent it derives or generates. */
export type StartConfig = ReturnType<typeof readStartConfig>;

/**
 * Reads the settings that `npm start` may be given, before it derives the rest for the processes it starts.
 * @throws {SettingsError} naming every malformed setting at once.
 */
export function readStartConfig(environment: Environment = process.env) {
  return read(
    environment,
    [
      'API_PORT',
      'WEB_PORT',
      'METRICS_PORT',
      'TOKEN_MODE',
      'TOKEN_AUDIENCE',
      'TOKEN_TTL',
      'PASSWORD_POLICY',
      'TRUSTED_PROXIES',
      'INTROSPECTION',
      'DATA_DIR',
    ],
    [
      'DATABASE_URL',
      'API_DATABASE_URL',
      'AUTH_DATABASE_URL',
      'API_URL',
      'WEB_URL',
      'BETTER_AUTH_SECRET',
      'TOKEN_SECRETS',
      'TOKEN_ISSUER',
      'SMTP_URL',
    ],
  );
}
