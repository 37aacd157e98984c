/** The settings of whoever runs the tests must not decide what they say. */
export function testEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings =
    /^(DATABASE_URL|(API|AUTH)_DATABASE_URL|(API|WEB)_(PORT|URL)|METRICS_PORT|DATA_DIR|BETTER_AUTH_SECRET|TOKEN_\w+|PASSWORD_POLICY|SMTP_URL|TRUSTED_PROXIES|INTROSPECTION)$/;
  const kept = Object.entries(environment).filter(([name]) => !settings.test(name));
  return { ...Object.fromEntries(kept), WEB_BUILD_DIR: '.next-test' };
}
