import { OAUTH_PREFIX } from '../../runtime/oauth-providers.ts';
import { SETTING_NAMES } from '../../runtime/settings.ts';

/** Returns an environment without the developer's settings, so that they do not change what the tests test. */
export function testEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings: readonly string[] = SETTING_NAMES;
  const inherited = Object.entries(environment).filter(
    ([name]) => !settings.includes(name) && !name.startsWith(OAUTH_PREFIX),
  );
  return { ...Object.fromEntries(inherited), WEB_BUILD_DIR: '.next-test' };
}
