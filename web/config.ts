import { readOAuthProviders } from '../runtime/oauth-providers.ts';
import {
  type Environment,
  explainOf,
  insecureOriginErrors,
  readSettings,
  TRACING_SETTINGS,
} from '../runtime/settings.ts';

/** The web app's settings. */
export type WebConfig = ReturnType<typeof readWebConfig>;

/**
 * Reads the web app's settings from `environment`. TOKEN_ISSUER defaults to WEB_URL.
 * @throws {SettingsError} listing every missing or invalid setting
 */
export function readWebConfig(environment: Environment) {
  const { TOKEN_ISSUER, WEB_URL } = environment;
  const { providers: OAUTH_PROVIDERS, errors: oauthErrors } = readOAuthProviders(environment);
  const settings = readSettings(
    { ...environment, TOKEN_ISSUER: TOKEN_ISSUER || URL.parse(WEB_URL ?? '')?.origin },
    [
      'AUTH_DATABASE_URL',
      'API_HOST',
      'WEB_HOST',
      'METRICS_HOST',
      'WEB_PORT',
      'WEB_URL',
      'API_URL',
      'PLAIN_HTTP',
      'BETTER_AUTH_SECRET',
      'TOKEN_MODE',
      'TOKEN_SECRETS',
      'TOKEN_ISSUER',
      'TOKEN_AUDIENCE',
      'TOKEN_TTL',
      'PASSWORD_POLICY',
      'TRUSTED_PROXIES',
      'STALL_TIMEOUT',
      'INTROSPECTION',
      'WEB_BUILD_DIR',
      'DATA_DIR',
    ],
    [
      'SMTP_URL',
      'MAIL_FROM',
      'EXPLAIN',
      'API_INTERNAL_URL',
      'WEB_METRICS_PORT',
      'WORKERS',
      'DRAIN_DELAY',
      ...TRACING_SETTINGS,
    ],
    ({ TOKEN_MODE: mode, TOKEN_SECRETS: secrets, ...read }) => [
      ...insecureOriginErrors(read),
      ...oauthErrors,
      // The API has had a list of secrets in the other mode: it must not know the private keys of this one.
      ...(mode === 'jwks' && secrets !== undefined && !('file' in secrets)
        ? ['TOKEN_SECRETS is not valid: expected a key file in jwks mode, for example file:/run/secrets/keys.json']
        : []),
    ],
  );
  return {
    ...settings,
    // Where the pages' own requests go; browsers get API_URL.
    API_INTERNAL_URL: settings.API_INTERNAL_URL ?? settings.API_URL,
    EXPLAIN: explainOf(settings.EXPLAIN, settings),
    OAUTH_PROVIDERS,
  };
}

let config: WebConfig | undefined;

/**
 * Returns the settings of this process, read on the first call: `next build` loads every module, and needs no setting.
 * @throws {SettingsError} see `readWebConfig`
 */
export function webConfig(): WebConfig {
  config ??= readWebConfig(process.env);
  return config;
}

/**
 * Returns the folder in web/ that `next build` writes to: the only setting of a build.
 * @throws {SettingsError} if it is not a folder name
 */
export function buildFolder(): string {
  return readSettings(process.env, ['WEB_BUILD_DIR']).WEB_BUILD_DIR;
}

/** Whether this code runs in Next's development server. */
export const isDevelopment = process.env.NODE_ENV === 'development';
