import {
  type Environment,
  explorersOf,
  isHttpsOrLoopback,
  missingSettingError,
  insecureOriginErrors,
  readSettings,
} from '../runtime/settings.ts';

/** What the API process needs to know. */
export type ApiConfig = ReturnType<typeof readApiConfig>;

/**
 * Reads the API's settings from `environment`. EXPLORER_ORIGINS, when absent, follows from API_URL (`explorersOf`).
 * @throws {SettingsError} naming every missing or malformed setting at once
 */
export function readApiConfig(environment: Environment = process.env) {
  const config = readSettings(
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
      'STALL_TIMEOUT',
      'INTROSPECTION',
    ],
    ['TOKEN_SECRETS', 'EXPLORER_ORIGINS'],
    ({ TOKEN_MODE, WEB_URL }) => {
      if (TOKEN_MODE !== 'jwks') return environment['TOKEN_SECRETS'] ? [] : [missingSettingError('TOKEN_SECRETS')];
      // Whoever can change what comes over the wire would else be able to publish keys of their own.
      return WEB_URL === undefined || isHttpsOrLoopback(WEB_URL)
        ? []
        : ['WEB_URL is not valid: expected https in jwks mode, or this machine, for example https://tasks.example'];
    },
  );
  return { ...config, EXPLORER_ORIGINS: explorersOf(config.EXPLORER_ORIGINS, config.API_URL) };
}

/** What `npm start` needs to know; what is absent it derives or generates. */
export type StartConfig = ReturnType<typeof readStartConfig>;

/**
 * Reads the settings that `npm start` may be given, before it derives the rest for the processes it starts.
 * @throws {SettingsError} naming every malformed setting at once
 */
export function readStartConfig(environment: Environment = process.env) {
  return readSettings(
    environment,
    [
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
      'EXPLORER_ORIGINS',
      'SMTP_URL',
    ],
    (settings) => [...insecureOriginErrors(settings), ...runtimeUrlsWithoutOwnerUrl(environment)],
  );
}

/**
 * Reads what `npm run keys` needs, and no more: a mistake elsewhere must not hold up the change of a leaked key, nor must
 * the environment of one process, in which the owner of the database has no place.
 * @throws {SettingsError} naming every malformed setting at once
 */
export function readKeyConfig(environment: Environment = process.env) {
  return readSettings(environment, ['TOKEN_MODE', 'TOKEN_TTL', 'DATA_DIR'], ['TOKEN_SECRETS']);
}

/**
 * What is wrong with connection strings of the runtime roles alone: nobody could migrate that database, so the embedded
 * one would be taken, and whoever gave them would look at the wrong data.
 */
function runtimeUrlsWithoutOwnerUrl({ DATABASE_URL, ...given }: Environment): readonly string[] {
  if (DATABASE_URL) return [];
  return (['API_DATABASE_URL', 'AUTH_DATABASE_URL'] as const).flatMap((name) =>
    given[name] ? `${name} is given without DATABASE_URL: expected both, or neither for the embedded database` : [],
  );
}
