import { SETTING_NAMES } from '../../runtime/settings.ts';

/** The settings of whoever runs the tests must not decide what they say. */
export function testEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings: readonly string[] = SETTING_NAMES;
  const inherited = Object.entries(environment).filter(([name]) => !settings.includes(name));
  return { ...Object.fromEntries(inherited), WEB_BUILD_DIR: '.next-test' };
}
