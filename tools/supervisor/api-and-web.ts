import { MANIFEST_FILE } from '../../server/document-manifest.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { assertPortsFree, localUrl } from '../../server/operations/ports.ts';
import { TOOLS } from '../script-paths.ts';
import { API_COMMAND } from './api-command.ts';
import { NEXT_FLAGS } from './build-steps.ts';
import type { ServiceEnvironments } from './service-environments.ts';
import { startService } from './start-service.ts';
import {
  type Dependency,
  type ServiceRun,
  type SupervisedService,
  type SuperviseOptions,
  supervise,
} from './supervise.ts';
import { waitUntilReady } from './wait-until-ready.ts';

/** How long child processes of a killed service may hold its ports, in milliseconds: they have 10 s to stop. */
const PORT_RELEASE_MILLISECONDS = 15_000;
const READY_MILLISECONDS = 60_000;

/** The options of `productionServices` and `developmentServices`. */
export interface ServiceOptions {
  readonly environments: ServiceEnvironments;
  readonly ports: Readonly<Record<'API_PORT' | 'METRICS_PORT' | 'WEB_PORT', number>>;
  /** The address on which the web app listens. */
  readonly webHost: string;
  /** The number of workers of each service in production. */
  readonly workers: number;
  /** The database, embedded or external, which the API cannot start without. */
  readonly database: Dependency;
  readonly log: (line: string) => void;
  /** Where the services print: an open file. Default: the terminal. */
  readonly output?: number | undefined;
}

/** Starts the API and the production build of the web app. */
export function productionServices({
  environments: { api, web },
  ...options
}: ServiceOptions): readonly SupervisedService[] {
  // One process serves by itself: handing connections to a worker would cost time.
  const webScript = options.workers > 1 ? 'tools/commands/web.ts' : 'web/serve.ts';
  return [
    superviseApi(options, { ...api }, options.workers > 1 ? [inRoot('tools/commands/api.ts')] : API_COMMAND),
    superviseWeb(options, () => startService('the web app', [inRoot(webScript)], web, options.output)),
  ];
}

/** The folders that the API imports or reads; it reads the SDL. */
const API_SOURCES: readonly string[] = [inRoot('server'), inRoot('runtime'), inRoot('schema')];

const NOT_IN_THE_API = [inRoot('server/generated'), inRoot('server/commands')];

/** Whether a change of this file changes the API. */
export function isApiSource(file: string): boolean {
  if (file === MANIFEST_FILE) return true;
  const isSource = /\.(ts|graphql)$/.test(file) && !file.endsWith('.test.ts');
  return isSource && !NOT_IN_THE_API.some((folder) => file.startsWith(folder));
}

/** Starts the API and `next dev`. The API restarts when a source changes; Next watches its sources itself. */
export function developmentServices({
  environments: { api, web },
  ...options
}: ServiceOptions): readonly SupervisedService[] {
  const development = { NODE_ENV: 'development' };
  const {
    ports: { WEB_PORT },
    webHost,
  } = options;
  // As in production: Next listens on every network by default.
  const address = ['--hostname', webHost, '--port', String(WEB_PORT)];
  const environment = { ...web, ...development, WEB_BUILD_DIR: '.next-dev' };
  const startWeb = () => {
    const command = [TOOLS.next, 'dev', 'web', ...address, ...NEXT_FLAGS];
    return readyWhenAnswering(
      startService('the web app', command, environment),
      `${localUrl(webHost, WEB_PORT)}/sign-in`,
    );
  };
  const sources = { folders: API_SOURCES, isIncluded: isApiSource };
  return [superviseApi(options, { ...api, ...development }, API_COMMAND, sources), superviseWeb(options, startWeb)];
}

type Options = Omit<ServiceOptions, 'environments'>;

function superviseApi(
  { ports: { API_PORT, METRICS_PORT }, database, log, output }: Options,
  environment: NodeJS.ProcessEnv,
  command: readonly string[],
  sources?: SuperviseOptions['sources'],
): SupervisedService {
  const start = () => startService('the API', command, environment, output);
  const restart = async (signal: AbortSignal) => {
    await database.whenAvailable(signal);
    await assertPortsFree({ API_PORT, METRICS_PORT }, PORT_RELEASE_MILLISECONDS, signal);
    return start();
  };
  return supervise(start(), restart, { log, dependency: database, ...(sources && { sources }) });
}

function superviseWeb({ ports: { WEB_PORT }, log }: Options, start: () => ServiceRun): SupervisedService {
  const restart = async (signal: AbortSignal) => {
    await assertPortsFree({ WEB_PORT }, PORT_RELEASE_MILLISECONDS, signal);
    return start();
  };
  return supervise(start(), restart, { log });
}

/** Makes a service that does not report readiness, as `next dev`, ready when a URL answers. */
function readyWhenAnswering(run: ServiceRun, url: string): ServiceRun {
  const { name, pid, ended, stop } = run;
  const exited = new AbortController();
  void ended.then(() => exited.abort());
  const ready = waitUntilReady(name, url, READY_MILLISECONDS, exited.signal).catch(() => new Promise<never>(() => {}));
  return { name, pid, ended, stop, ready, refusal: undefined };
}
