import path from 'node:path';
import { explorersOf } from '../../runtime/settings.ts';
import type { TokenMode } from '../../runtime/token.ts';
import { KEY_FILE_PREFIX } from '../../runtime/token-secrets.ts';
import type { StartConfig } from '../../server/config.ts';
import { RUNTIME_ROLES } from '../../server/data/admin/runtime-roles.ts';
import { keyFileIn } from '../../server/commands/keys/key-store.ts';
import type { Secrets } from '../../server/operations/secrets.ts';
import { buildFolder } from './build.ts';
import { ROOT } from '../../server/operations/paths.ts';

/** The connection strings of the three roles. */
export interface DatabaseUrls {
  /** Migrates; no process that serves requests gets it. */
  readonly owner: string;
  readonly api: string;
  readonly auth: string;
}

/**
 * The connection strings for a database of the user's: what is not given is the owner's with another role.
 * @param databaseUrl DATABASE_URL
 */
export function deriveDatabaseUrls(databaseUrl: string, config: StartConfig, { passwords }: Secrets): DatabaseUrls {
  const withRole = (role: string, password: string) => {
    const url = new URL(databaseUrl);
    url.username = role;
    url.password = password;
    return url.href;
  };
  return {
    owner: databaseUrl,
    api: config.API_DATABASE_URL ?? withRole(RUNTIME_ROLES.api, passwords.api),
    auth: config.AUTH_DATABASE_URL ?? withRole(RUNTIME_ROLES.auth, passwords.auth),
  };
}

/** The origins that users see: given, or this machine's. */
export function deriveOrigins(config: StartConfig): { readonly api: string; readonly web: string } {
  return {
    api: config.API_URL ?? `http://localhost:${config.API_PORT}`,
    web: config.WEB_URL ?? `http://localhost:${config.WEB_PORT}`,
  };
}

/** The complete environments of the two processes. */
export interface ServiceEnvironments {
  readonly api: NodeJS.ProcessEnv;
  readonly web: NodeJS.ProcessEnv;
}

/**
 * What TOKEN_SECRETS is for the processes: as the user gave it, or the data folder's key file.
 * @param dataDir the data folder, absolute
 */
function deriveTokenSecrets(environment: NodeJS.ProcessEnv, mode: TokenMode, dataDir: string): string {
  return environment['TOKEN_SECRETS'] || KEY_FILE_PREFIX + keyFileIn(dataDir, mode);
}

/** The settings that only one of the two processes may know. */
const ONLY_API = ['API_DATABASE_URL', 'EXPLORER_ORIGINS'];
const ONLY_WEB = ['AUTH_DATABASE_URL', 'BETTER_AUTH_SECRET', 'SMTP_URL'];
/** In jwks mode these are private keys. */
const ONLY_ISSUER = ['TOKEN_SECRETS'];

/**
 * The complete environment of the api and of the web process: every setting written out, and to each nothing that only
 * the other needs. Neither gets the owner's connection string.
 * @param environment what the user gave, already found valid
 */
export function deriveEnvironments(
  environment: NodeJS.ProcessEnv,
  config: StartConfig,
  secrets: Secrets,
  urls: Pick<DatabaseUrls, 'api' | 'auth'>,
): ServiceEnvironments {
  const origins = deriveOrigins(config);
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  const { DATABASE_URL: _, ...given } = environment;
  const complete: NodeJS.ProcessEnv = {
    ...given,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    API_DATABASE_URL: urls.api,
    AUTH_DATABASE_URL: urls.auth,
    API_PORT: String(config.API_PORT),
    WEB_PORT: String(config.WEB_PORT),
    METRICS_PORT: String(config.METRICS_PORT),
    API_URL: origins.api,
    WEB_URL: origins.web,
    PLAIN_HTTP: config.PLAIN_HTTP,
    BETTER_AUTH_SECRET: config.BETTER_AUTH_SECRET ?? secrets.BETTER_AUTH_SECRET,
    TOKEN_MODE: config.TOKEN_MODE,
    TOKEN_SECRETS: deriveTokenSecrets(environment, config.TOKEN_MODE, dataDir),
    TOKEN_ISSUER: config.TOKEN_ISSUER ?? origins.web,
    TOKEN_AUDIENCE: config.TOKEN_AUDIENCE,
    TOKEN_TTL: `${config.TOKEN_TTL}s`,
    PASSWORD_POLICY: config.PASSWORD_POLICY,
    TRUSTED_PROXIES: config.TRUSTED_PROXIES.join(','),
    STALL_TIMEOUT: `${config.STALL_TIMEOUT}s`,
    EXPLORER_ORIGINS: explorersOf(config.EXPLORER_ORIGINS, origins.api).join(',') || 'none',
    INTROSPECTION: config.INTROSPECTION,
    DATA_DIR: dataDir,
    WEB_BUILD_DIR: buildFolder(environment),
  };
  const excludedFromApi = config.TOKEN_MODE === 'jwks' ? [...ONLY_WEB, ...ONLY_ISSUER] : ONLY_WEB;
  return { api: without(complete, excludedFromApi), web: without(complete, ONLY_API) };
}

function without(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}
