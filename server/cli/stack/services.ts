import { NEXT_FLAGS } from './build.ts';
import type { Environments } from './environment.ts';
import { inRoot, TOOLS } from './paths.ts';
import { followed } from './restart.ts';
import { type Service, startService } from './service.ts';

/** The two processes that serve what has been built. */
export function servingServices({ api, web }: Environments): readonly Service[] {
  return [
    startService('the API', [inRoot('server/main.ts')], api),
    startService('the web app', [inRoot('web/serve.ts')], web),
  ];
}

/** What the API is made of, the SDL too, which it reads. */
const API_SOURCES: readonly string[] = [inRoot('server'), inRoot('schema')];

/** Whether the API is another one when this file changes. */
export function isApiSource(file: string): boolean {
  const isSource = /\.(ts|graphql)$/.test(file) && !file.endsWith('.test.ts');
  return isSource && !file.startsWith(inRoot('server/generated')) && !file.startsWith(inRoot('server/cli'));
}

/**
 * The same two for development: each follows the sources.
 * @param say where it is said that the API has ended, because of a mistake in them
 */
export function watchServices(
  { api, web }: Environments,
  webPort: number,
  say: (line: string) => void,
): readonly Service[] {
  const development = { NODE_ENV: 'development' };
  // To this machine alone, as what is built: Next's own default is every network that it is in.
  const whereTo = ['--hostname', '127.0.0.1', '--port', String(webPort)];
  const startApi = () => startService('the API', [inRoot('server/main.ts')], { ...api, ...development });
  return [
    followed(startApi, { folders: API_SOURCES, counts: isApiSource, say }),
    startService('the web app', [TOOLS.next, 'dev', 'web', ...whereTo, ...NEXT_FLAGS], {
      ...web,
      ...development,
      WEB_BUILD_DIR: '.next-dev',
    }),
  ];
}
