import {
  type Environment,
  explainErrors,
  explainOf,
  explorersOf,
  isHttpsOrLoopback,
  missingSettingError,
  insecureOriginErrors,
  LIMIT_SETTINGS,
  readSettings,
  TRACING_SETTINGS,
} from '../runtime/settings.ts';

/** The name of a limit's setting. */
export type LimitSetting = (typeof LIMIT_SETTINGS)[number];

/** The settings of the API process. */
export type ApiConfig = ReturnType<typeof readApiConfig>;

/**
 * Reads the settings of the API. The defaults of EXPLORER_ORIGINS and EXPLAIN depend on the origins (`explorersOf`,
 * `explainOf`).
 * @throws {SettingsError} listing every missing or invalid setting
 */
export function readApiConfig(environment: Environment = process.env) {
  const config = readSettings(
    environment,
    [
      'API_DATABASE_URL',
      'API_HOST',
      'WEB_HOST',
      'METRICS_HOST',
      'API_PORT',
      'METRICS_PORT',
      'API_URL',
      'WEB_URL',
      'PLAIN_HTTP',
      'TOKEN_MODE',
      'TOKEN_ISSUER',
      'TOKEN_AUDIENCE',
      'TOKEN_TTL',
      'TRUSTED_PROXIES',
      'STALL_TIMEOUT',
      'INTROSPECTION',
      'OPERATIONS',
      'APOLLO_PIPELINE',
      'EXECUTION_PLANS',
      ...LIMIT_SETTINGS,
    ],
    [
      'DIRECT_DATABASE_URL',
      'REDIS_URL',
      'API_READ_DATABASE_URL',
      'POSITION_SECRET',
      'TOKEN_SECRETS',
      'EXPLORER_ORIGINS',
      'EXPLAIN',
      'TRUSTED_DOCUMENTS',
      'WORKERS',
      'DRAIN_DELAY',
      ...TRACING_SETTINGS,
    ],
    ({ TOKEN_MODE, ...settings }) => {
      const { WEB_URL } = settings;
      const errors = [
        ...insecureOriginErrors(settings),
        ...explainErrors(settings),
        ...replicaErrors(settings, environment),
      ];
      if (TOKEN_MODE !== 'jwks')
        return environment['TOKEN_SECRETS'] ? errors : [missingSettingError('TOKEN_SECRETS'), ...errors];
      // Over plain http, an attacker in the network could replace the published keys.
      if (WEB_URL === undefined || isHttpsOrLoopback(WEB_URL)) return errors;
      return [
        ...errors.filter((error) => !error.startsWith('WEB_URL ')),
        'WEB_URL is not valid: expected https in jwks mode, or this machine, for example https://tasks.example',
      ];
    },
  );
  return {
    ...config,
    EXPLAIN: explainOf(config.EXPLAIN, config),
    EXPLORER_ORIGINS: explorersOf(config.EXPLORER_ORIGINS, config),
  };
}

/** The settings of `npm start`; it derives or generates the absent ones. */
export type StartConfig = ReturnType<typeof readStartConfig>;

/**
 * Reads the settings of `npm start`, which derives the other settings of the processes it starts.
 * @throws {SettingsError} listing every invalid setting
 */
export function readStartConfig(environment: Environment = process.env) {
  return readSettings(
    environment,
    [
      'API_HOST',
      'WEB_HOST',
      'METRICS_HOST',
      'API_PORT',
      'WEB_PORT',
      'METRICS_PORT',
      'PLAIN_HTTP',
      'TOKEN_MODE',
      'TOKEN_AUDIENCE',
      'TOKEN_TTL',
      'PASSWORD_POLICY',
      'TRUSTED_PROXIES',
      'STALL_TIMEOUT',
      'INTROSPECTION',
      'OPERATIONS',
      'APOLLO_PIPELINE',
      'EXECUTION_PLANS',
      ...LIMIT_SETTINGS,
      'DATA_DIR',
    ],
    [
      'DATABASE_URL',
      'API_DATABASE_URL',
      'AUTH_DATABASE_URL',
      'DIRECT_DATABASE_URL',
      'REDIS_URL',
      'API_READ_DATABASE_URL',
      'POSITION_SECRET',
      'API_URL',
      'WEB_URL',
      'BETTER_AUTH_SECRET',
      'TOKEN_SECRETS',
      'TOKEN_ISSUER',
      'EXPLORER_ORIGINS',
      'EXPLAIN',
      'TRUSTED_DOCUMENTS',
      'SMTP_URL',
      'MAIL_FROM',
      'WEB_METRICS_PORT',
      'WORKERS',
      ...TRACING_SETTINGS,
    ],
    (settings) => [
      ...insecureOriginErrors(settings),
      ...explainErrors(settings),
      ...replicaErrors(settings, environment),
      ...runtimeUrlsWithoutOwnerUrl(environment),
    ],
  );
}

/**
 * Reads the settings of `npm run migrate`. It generates no password: the processes that use the roles run elsewhere.
 * @throws {SettingsError} listing every missing or invalid setting
 */
export function readMigrateConfig(environment: Environment = process.env) {
  return readSettings(environment, ['DATABASE_URL', 'API_DATABASE_URL', 'AUTH_DATABASE_URL'], ['DIRECT_DATABASE_URL']);
}

/**
 * Reads only the settings that `npm run keys` needs: an invalid unrelated setting must not prevent the rotation of a leaked
 * key, and the environment of a single process, which has no DATABASE_URL, must be enough.
 * @throws {SettingsError} listing every invalid setting
 */
export function readKeyConfig(environment: Environment = process.env) {
  return readSettings(environment, ['TOKEN_MODE', 'TOKEN_TTL', 'DATA_DIR'], ['TOKEN_SECRETS']);
}

/**
 * Reads only the settings that `npm run backup` needs: a backup must not depend on an unrelated setting.
 * @throws {SettingsError} listing every invalid setting
 */
export function readBackupConfig(environment: Environment = process.env) {
  return readSettings(environment, ['DATA_DIR'], ['DATABASE_URL', 'TOKEN_SECRETS']);
}

/**
 * Returns the errors of runtime-role URLs without DATABASE_URL. Without its owner, `npm start` could not migrate that
 * database and would silently use the embedded one, so that the operator would see the wrong data.
 */
function runtimeUrlsWithoutOwnerUrl({ DATABASE_URL, ...environment }: Environment): readonly string[] {
  if (DATABASE_URL) return [];
  return (['API_DATABASE_URL', 'AUTH_DATABASE_URL', 'DIRECT_DATABASE_URL', 'API_READ_DATABASE_URL'] as const).flatMap(
    (name) =>
      environment[name] ? `${name} is set without DATABASE_URL: set both, or neither for the embedded database` : [],
  );
}

/**
 * Returns the error of read replicas without POSITION_SECRET. No other secret is common to all API processes in both token
 * modes: in jwks mode the API has public keys only.
 */
function replicaErrors(
  { API_READ_DATABASE_URL }: { readonly API_READ_DATABASE_URL?: readonly string[] | undefined },
  environment: Environment,
): readonly string[] {
  const isMissing = API_READ_DATABASE_URL !== undefined && !environment['POSITION_SECRET'];
  return isMissing ? [`${missingSettingError('POSITION_SECRET')}; API_READ_DATABASE_URL needs it`] : [];
}
