import { type Environment, insecureOriginErrors, readSettings } from '../runtime/settings.ts';

/** What the web app needs to know. */
export type WebConfig = ReturnType<typeof readWebConfig>;

/**
 * Reads the web app's settings from `environment`. TOKEN_ISSUER, when absent, is WEB_URL.
 * @throws {SettingsError} naming every missing or malformed setting at once
 */
export function readWebConfig(environment: Environment) {
  const { TOKEN_ISSUER, WEB_URL } = environment;
  return readSettings(
    { ...environment, TOKEN_ISSUER: TOKEN_ISSUER || URL.parse(WEB_URL ?? '')?.origin },
    [
      'AUTH_DATABASE_URL',
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
      'WEB_BUILD_DIR',
    ],
    [],
    ({ TOKEN_MODE: mode, TOKEN_SECRETS: secrets, ...read }) => [
      ...insecureOriginErrors(read),
      // A list of secrets is what the API had in the other mode: as private keys they would be no secret of ours alone.
      ...(mode === 'jwks' && secrets !== undefined && !('file' in secrets)
        ? ['TOKEN_SECRETS is not valid: expected a key file in jwks mode, for example file:/run/secrets/keys.json']
        : []),
    ],
  );
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
  return readSettings(process.env, ['WEB_BUILD_DIR']).WEB_BUILD_DIR;
}

/** Whether Next's development server runs this code. */
export const isDevelopment = process.env.NODE_ENV === 'development';
