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

/** The same two for development: each follows the sources. */
export function watchServices({ api, web }: Environments, webPort: number): readonly Service[] {
  const development = { NODE_ENV: 'development' };
  // To this machine alone, as what is built: Next's own default is every network that it is in.
  const whereTo = ['--hostname', '127.0.0.1', '--port', String(webPort)];
  return [
    startService('the API', ['--watch', inRoot('server/main.ts')], { ...api, ...development }),
    startService('the web app', [TOOLS.next, 'dev', 'web', ...whereTo, ...NEXT_FLAGS], {
      ...web,
      ...development,
      WEB_BUILD_DIR: '.next-dev',
    }),
  ];
}
