import { isIP } from 'node:net';
import { z } from 'zod';
import { readTokenSecrets, TOKEN_SECRETS_FORM } from '../schema/token-secrets.ts';

/**
 * Parses once and hands the parts on. Every refinement runs, also after one has failed, and `new URL` throws with the
 * text as given: a database password among it.
 */
const url = (isRight: (parts: URL) => boolean) =>
  z.string().refine((text) => {
    const parts = URL.parse(text);
    return parts !== null && isRight(parts);
  });
const origin = url(
  ({ protocol, pathname, search, hash, username }) =>
    /^https?:$/.test(protocol) && pathname === '/' && `${search}${hash}${username}` === '',
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

const PORT = 'a port number from 1 to 65535';
const ORIGIN = 'an http or https origin without a path';

/** Every setting of the web app: how it is read, and the words for whoever got it wrong. */
const SETTINGS = {
  AUTH_DATABASE_URL: setting(
    databaseUrl,
    'a PostgreSQL URL with a database name',
    'postgres://fieldgate_auth:password@localhost:5432/fieldgate',
  ),
  WEB_PORT: setting(port.prefault('3000'), PORT, '3000'),
  WEB_URL: setting(origin, ORIGIN, 'http://localhost:3000'),
  API_URL: setting(origin, ORIGIN, 'http://localhost:4000'),
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
  TRUSTED_PROXIES: setting(
    z
      .string()
      .prefault('')
      .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
      .refine((list) => list.every(isAddressRange)),
    'addresses or CIDR ranges with commas between',
    '10.0.0.0/8,::1',
  ),
  DATA_DIR: setting(z.string().min(1).prefault('.data'), 'a folder that can be written', '.data'),
  WEB_BUILD_DIR: setting(
    z
      .string()
      .prefault('.next')
      .refine((folder) => /^[\w.-]+$/.test(folder) && !/^\.*$/.test(folder)),
    'the name of a folder in web/',
    '.next',
  ),
} as const;

type Name = keyof typeof SETTINGS;
type Environment = Readonly<Record<string, string | undefined>>;

/** What the web app needs to know. */
export type WebConfig = { readonly [N in Name]: z.output<(typeof SETTINGS)[N]['parser']> };

/** Thrown when the settings are wrong: its message lists every mistake, never a value (it may be a secret). */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function parse(name: Name, given: string | undefined): { value: unknown } | { mistake: string } {
  const { parser, expected, example } = SETTINGS[name];
  const result = parser.safeParse(given);
  if (result.success) return { value: result.data };
  const fault = given === undefined ? 'is missing' : 'is not valid';
  return { mistake: `${name} ${fault}: expected ${expected}, for example ${example}` };
}

/**
 * Reads the web app's settings from `environment`. An empty variable counts as absent; TOKEN_ISSUER, when absent,
 * is WEB_URL.
 * @throws {SettingsError} naming every missing or malformed setting at once.
 */
export function readWebConfig(environment: Environment): WebConfig {
  const values: Partial<Record<Name, unknown>> = {};
  const mistakes: string[] = [];
  for (const name of Object.keys(SETTINGS) as Name[]) {
    const fallback =
      name === 'TOKEN_ISSUER' ? environment.WEB_URL && URL.parse(environment.WEB_URL)?.origin : undefined;
    const outcome = parse(name, environment[name] || fallback || undefined);
    if ('mistake' in outcome) mistakes.push(outcome.mistake);
    else values[name] = outcome.value;
  }
  const { TOKEN_MODE, TOKEN_SECRETS } = values as Partial<WebConfig>;
  // A list of secrets is what the API had in the other mode: as private keys they would be no secret of ours alone.
  if (TOKEN_MODE === 'jwks' && TOKEN_SECRETS !== undefined && !('file' in TOKEN_SECRETS))
    mistakes.push(
      'TOKEN_SECRETS is not valid: expected a key file in jwks mode, for example file:/run/secrets/keys.json',
    );
  if (mistakes.length > 0)
    throw new SettingsError(`The settings are wrong:\n${mistakes.map((line) => `  ${line}`).join('\n')}`);
  return values as WebConfig;
}

let config: WebConfig | undefined;

/**
 * The settings of this process, read when first asked for: `next build` loads every module, and must need none of them.
 * @throws {SettingsError} see `readWebConfig`
 */
export function webConfig(): WebConfig {
  config ??= readWebConfig(process.env);
  return config;
}

/**
 * Where `next build` puts its output, as a folder name inside web/: all that a build needs to know.
 * @throws {SettingsError} when it is not such a name
 */
export function buildFolder(): string {
  const outcome = parse('WEB_BUILD_DIR', process.env.WEB_BUILD_DIR || undefined);
  if ('mistake' in outcome) throw new SettingsError(outcome.mistake);
  return outcome.value as string;
}

/** Whether Next's development server runs this code. */
export const isDevelopment = process.env.NODE_ENV === 'development';
