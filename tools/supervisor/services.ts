import { assertPortsFree } from '../../server/operations/ports.ts';
import { NEXT_FLAGS } from './build.ts';
import type { ServiceEnvironments } from './service-environments.ts';
import { inRoot, TOOLS } from '../../server/operations/paths.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { type Service, startService } from './service.ts';
import { type Dependency, type Supervised, type SuperviseOptions, supervise } from './supervise.ts';

/** How long what a killed process had started may hold its ports, in milliseconds: it has 10 s to stop. */
const PORT_MILLISECONDS = 15_000;
const READY_MILLISECONDS = 60_000;

/** What the API and the web app are started with. */
export interface ServiceOptions {
  readonly environments: ServiceEnvironments;
  readonly ports: Readonly<Record<'API_PORT' | 'METRICS_PORT' | 'WEB_PORT', number>>;
  /** The database, embedded or the user's: the API does not start without one. */
  readonly database: Dependency;
  readonly say: (line: string) => void;
}

/** The two processes that serve what has been built. */
export function productionServices({ environments: { api, web }, ...options }: ServiceOptions): readonly Supervised[] {
  return [
    superviseApi(options, { ...api }),
    superviseWeb(options, () => startService('the web app', [inRoot('web/serve.ts')], web)),
  ];
}

/** What the API is made of, the SDL too, which it reads. */
const API_SOURCES: readonly string[] = [inRoot('server'), inRoot('runtime'), inRoot('schema')];

const NOT_IN_THE_API = [inRoot('server/generated'), inRoot('server/commands'), inRoot('server/operations')];

/** Whether the API is another one when this file changes. */
export function isApiSource(file: string): boolean {
  const isSource = /\.(ts|graphql)$/.test(file) && !file.endsWith('.test.ts');
  return isSource && !NOT_IN_THE_API.some((folder) => file.startsWith(folder));
}

/** The same two for development: each follows the sources, Next by itself. */
export function developmentServices({ environments: { api, web }, ...options }: ServiceOptions): readonly Supervised[] {
  const development = { NODE_ENV: 'development' };
  const { WEB_PORT } = options.ports;
  // To this machine alone, as what is built: Next's own default is every network that it is in.
  const address = ['--hostname', '127.0.0.1', '--port', String(WEB_PORT)];
  const environment = { ...web, ...development, WEB_BUILD_DIR: '.next-dev' };
  const startWeb = () => {
    const command = [TOOLS.next, 'dev', 'web', ...address, ...NEXT_FLAGS];
    return answering(startService('the web app', command, environment), `http://localhost:${WEB_PORT}/sign-in`);
  };
  const sources = { folders: API_SOURCES, counts: isApiSource };
  return [superviseApi(options, { ...api, ...development }, sources), superviseWeb(options, startWeb)];
}

type Options = Omit<ServiceOptions, 'environments'>;

function superviseApi(
  { ports: { API_PORT, METRICS_PORT }, database, say }: Options,
  environment: NodeJS.ProcessEnv,
  sources?: SuperviseOptions['sources'],
): Supervised {
  const start = () => startService('the API', [inRoot('server/main.ts')], environment);
  const restart = async (signal: AbortSignal) => {
    await database.untilAnswers(signal);
    await assertPortsFree({ API_PORT, METRICS_PORT }, PORT_MILLISECONDS, signal);
    return start();
  };
  return supervise(start(), restart, { say, needs: database, ...(sources && { sources }) });
}

function superviseWeb({ ports: { WEB_PORT }, say }: Options, start: () => Service): Supervised {
  const restart = async (signal: AbortSignal) => {
    await assertPortsFree({ WEB_PORT }, PORT_MILLISECONDS, signal);
    return start();
  };
  return supervise(start(), restart, { say });
}

/** A service that does not report when it serves: it does once a URL answers. */
function answering(service: Service, url: string): Service {
  const { name, pid, ended, stop } = service;
  const over = new AbortController();
  void ended.then(() => over.abort());
  const ready = waitUntilReady(name, url, READY_MILLISECONDS, over.signal).catch(() => new Promise<never>(() => {}));
  return { name, pid, ended, stop, ready, refusal: undefined };
}
