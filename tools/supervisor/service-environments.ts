import path from 'node:path';
import { OAUTH_PREFIX } from '../../runtime/oauth-providers.ts';
import { type ExposureSettings, explainOf, explorersOf } from '../../runtime/settings.ts';
import type { TokenMode } from '../../runtime/token.ts';
import { KEY_FILE_PREFIX } from '../../runtime/token-secrets.ts';
import type { StartConfig } from '../../server/config.ts';
import type { DatabaseUrls } from '../../server/operations/database-urls.ts';
import { keyFileIn } from '../../server/operations/key-store.ts';
import type { Secrets } from '../../server/operations/secrets.ts';
import { buildFolder } from './build-steps.ts';
import { ROOT } from '../../server/operations/paths.ts';

/** Returns the public origins: API_URL and WEB_URL where they are set, otherwise localhost with the ports. */
export function deriveOrigins(config: StartConfig): { readonly api: string; readonly web: string } {
  return {
    api: config.API_URL ?? `http://localhost:${config.API_PORT}`,
    web: config.WEB_URL ?? `http://localhost:${config.WEB_PORT}`,
  };
}

/** Returns the settings that decide whether other machines can reach the processes. */
export function deriveExposure(config: StartConfig): ExposureSettings {
  const { api, web } = deriveOrigins(config);
  return { API_URL: api, WEB_URL: web, API_HOST: config.API_HOST, WEB_HOST: config.WEB_HOST };
}

/** The complete environments of the API and the web process. */
export interface ServiceEnvironments {
  readonly api: NodeJS.ProcessEnv;
  readonly web: NodeJS.ProcessEnv;
}

/**
 * Returns TOKEN_SECRETS for the processes: the operator's value, or the key file in the data folder.
 * @param dataDir absolute path of the data folder
 */
function deriveTokenSecrets(environment: NodeJS.ProcessEnv, mode: TokenMode, dataDir: string): string {
  return environment['TOKEN_SECRETS'] || KEY_FILE_PREFIX + keyFileIn(dataDir, mode);
}

/** Settings that only one of the two processes receives. */
const ONLY_API = [
  'API_DATABASE_URL',
  'DIRECT_DATABASE_URL',
  'API_READ_DATABASE_URL',
  'POSITION_SECRET',
  'EXPLORER_ORIGINS',
  'REDIS_URL',
];
const ONLY_WEB = ['AUTH_DATABASE_URL', 'BETTER_AUTH_SECRET', 'SMTP_URL', 'MAIL_FROM'];
/** In jwks mode TOKEN_SECRETS holds private keys. */
const ONLY_WEB_IN_JWKS_MODE = ['TOKEN_SECRETS'];

/**
 * Returns the environments of the API and the web process, with every setting resolved. Neither holds a secret that only
 * the other needs, nor the owner's connection string.
 * @param environment the operator's environment, already validated
 */
export function deriveEnvironments(
  environment: NodeJS.ProcessEnv,
  config: StartConfig,
  secrets: Secrets,
  urls: Pick<DatabaseUrls, 'api' | 'auth'>,
): ServiceEnvironments {
  const exposure = deriveExposure(config);
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  // Nothing else could serve while `npm start` ends.
  const { DATABASE_URL: _, DRAIN_DELAY: __, ...inherited } = environment;
  const complete: NodeJS.ProcessEnv = {
    ...inherited,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    API_DATABASE_URL: urls.api,
    AUTH_DATABASE_URL: urls.auth,
    ...exposure,
    METRICS_HOST: config.METRICS_HOST,
    API_PORT: String(config.API_PORT),
    WEB_PORT: String(config.WEB_PORT),
    METRICS_PORT: String(config.METRICS_PORT),
    PLAIN_HTTP: config.PLAIN_HTTP,
    BETTER_AUTH_SECRET: config.BETTER_AUTH_SECRET ?? secrets.BETTER_AUTH_SECRET,
    TOKEN_MODE: config.TOKEN_MODE,
    TOKEN_SECRETS: deriveTokenSecrets(environment, config.TOKEN_MODE, dataDir),
    TOKEN_ISSUER: config.TOKEN_ISSUER ?? exposure.WEB_URL,
    TOKEN_AUDIENCE: config.TOKEN_AUDIENCE,
    TOKEN_TTL: `${config.TOKEN_TTL}s`,
    PASSWORD_POLICY: config.PASSWORD_POLICY,
    TRUSTED_PROXIES: config.TRUSTED_PROXIES.join(','),
    STALL_TIMEOUT: `${config.STALL_TIMEOUT}s`,
    EXPLORER_ORIGINS: explorersOf(config.EXPLORER_ORIGINS, exposure).join(',') || 'none',
    INTROSPECTION: config.INTROSPECTION,
    EXPLAIN: explainOf(config.EXPLAIN, { ...exposure, INTROSPECTION: config.INTROSPECTION }),
    DATA_DIR: dataDir,
    WEB_BUILD_DIR: buildFolder(environment),
  };
  const oauth = Object.keys(environment).filter((name) => name.startsWith(OAUTH_PREFIX));
  const onlyWeb = [...ONLY_WEB, ...oauth];
  const excludedFromApi = config.TOKEN_MODE === 'jwks' ? [...onlyWeb, ...ONLY_WEB_IN_JWKS_MODE] : onlyWeb;
  return { api: without(complete, excludedFromApi), web: without(complete, ONLY_API) };
}

function without(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}
