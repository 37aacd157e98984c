import { NEXT_FLAGS } from './build.ts';
import type { Environments } from './environment.ts';
import { inRoot, TOOLS } from './paths.ts';
import { type Service, startService } from './service.ts';

/** The two processes that serve what has been built. */
export function servingServices({ api, web }: Environments): readonly Service[] {
  return [
    startService('the API', [inRoot('server/main.ts')], api),
    startService('the web app', [inRoot('web/serve.ts')], web),
  ];
}

/** What the API is made of. Of these the SDL is read, and not imported: no module loader would follow it. */
export const API_SOURCES: readonly string[] = [inRoot('server'), inRoot('schema')];

/**
 * The command that runs a script anew whenever a file in one of the folders changes, also after it has failed: a mistake
 * is said, and waits to be mended.
 */
export function following(folders: readonly string[], script: string): readonly string[] {
  return [...folders.map((folder) => `--watch-path=${folder}`), script];
}

/** The same two for development: each follows the sources. */
export function watchServices({ api, web }: Environments, webPort: number): readonly Service[] {
  const development = { NODE_ENV: 'development' };
  // To this machine alone, as what is built: Next's own default is every network that it is in.
  const whereTo = ['--hostname', '127.0.0.1', '--port', String(webPort)];
  return [
    startService('the API', following(API_SOURCES, inRoot('server/main.ts')), { ...api, ...development }),
    startService('the web app', [TOOLS.next, 'dev', 'web', ...whereTo, ...NEXT_FLAGS], {
      ...web,
      ...development,
      WEB_BUILD_DIR: '.next-dev',
    }),
  ];
}
