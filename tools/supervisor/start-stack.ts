import path from 'node:path';
import { isDemoOpen } from '../../runtime/demo-account.ts';
import { sharedAddressWarning } from '../../runtime/shared-address.ts';
import { JWKS_PATH } from '../../runtime/token.ts';
import { readStartConfig } from '../../server/config.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { ensureKeyFile, keyFileIn, readKeys } from '../../server/operations/key-store.ts';
import { migrateDatabase } from '../../server/operations/migrate-database.ts';
import { openDatabase } from '../../server/operations/open-database.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import { ROOT } from '../../server/operations/paths.ts';
import { assertPortsFree, localUrl } from '../../server/operations/ports.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { developmentServices, productionServices } from './api-and-web.ts';
import { buildWeb, generateCode } from './build-steps.ts';
import { demoNotice, seedDemo, seedNeighbour } from './demo-data.ts';
import { regenerateOnChange } from './regenerate-code.ts';
import { deriveEnvironments, deriveExposure, deriveOrigins } from './service-environments.ts';
import { databaseDependency, superviseDatabase } from './supervised-database.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const READY_MILLISECONDS = 60_000;
/** How long the processes of a killed start may hold their ports. */
const PORT_RELEASE_MILLISECONDS = 15_000;

/** The options of `startStack`. */
export interface StackOptions {
  /** The settings, and the rest of the environment that the processes inherit. */
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Ends the start; everything that has been started is stopped. */
  readonly signal: AbortSignal;
  /** `name=value` for the embedded database. Default: PostgreSQL's own settings, which are durable. */
  readonly databaseSettings?: readonly string[];
  /** `watch` restarts the API and re-renders the web app when a source changes. Default: `production`. */
  readonly mode?: 'production' | 'watch';
  /** Where the API and the web app print: an open file. Default: the terminal. */
  readonly output?: number;
}

/** A running Fieldgate: database, API and web app. */
export interface Stack {
  /** The origins that users see. */
  readonly origins: { readonly api: string; readonly web: string };
  /** Whether the demo account exists: only in the embedded database, and only on loopback origins. */
  readonly hasDemo: boolean;
  /** Resolves with the reason if a service is given up after its restarts. */
  readonly serviceFailed: Promise<string>;
  /** Stops all services, the database last. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the database, migrates it, builds the web app, and starts the API and the web app.
 * @throws {SettingsError | OperatorError} after stopping everything that had been started
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stopSteps: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stopSteps.splice(0).toReversed()) await step();
  };
  try {
    return { ...(await startServices(options, stopSteps)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServices(
  { environment, progress, signal, mode = 'production', databaseSettings = [], output }: StackOptions,
  stopSteps: (() => Promise<void>)[],
): Promise<Omit<Stack, 'stop'>> {
  const config = readStartConfig(environment);
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  const origins = deriveOrigins(config);
  const build = { environment, progress, signal };

  const { TRUSTED_PROXIES } = config;
  const exposure = deriveExposure(config);
  const allowsDemo = isDemoOpen(exposure);
  const warning = sharedAddressWarning({ ...exposure, TRUSTED_PROXIES });
  if (warning !== undefined) progress.log(`  warning: ${warning}`);
  const lock = await lockDataFolder(dataDir, { pid: process.pid, url: origins.web });
  stopSteps.push(async () => lock.release());
  const { API_PORT, WEB_PORT, METRICS_PORT, WEB_METRICS_PORT } = config;
  const ports = { API_PORT, WEB_PORT, METRICS_PORT, ...(WEB_METRICS_PORT !== undefined && { WEB_METRICS_PORT }) };
  await assertPortsFree(ports, lock.afterCrash ? PORT_RELEASE_MILLISECONDS : 0, signal);
  const secrets = loadSecrets(dataDir);
  const { TOKEN_MODE, TOKEN_SECRETS } = config;
  if (TOKEN_SECRETS === undefined)
    ensureKeyFile(keyFileIn(dataDir, TOKEN_MODE), TOKEN_MODE, Math.floor(Date.now() / 1_000));
  else if ('file' in TOKEN_SECRETS) readKeys(TOKEN_SECRETS.file, TOKEN_MODE);

  const database = await progress.runTimed('database ready', () =>
    openDatabase(dataDir, config, secrets, { settings: databaseSettings, signal }),
  );
  const supervisedDatabase = database.embedded && superviseDatabase(database.embedded, progress.log);
  stopSteps.push(supervisedDatabase?.stop ?? database.stop);
  signal.throwIfAborted();
  // The lock on the data folder makes this start the only user of the embedded database: it may set its passwords.
  const otherPassword = database.embedded === undefined ? 'keep' : 'set';
  const migration = { urls: database.urls, otherPassword, log: progress.log, signal } as const;
  await progress.runTimed('database migrated', () => migrateDatabase(migration));
  const notice = allowsDemo ? undefined : await demoNotice(database.urls.owner, origins.web);
  if (notice !== undefined) progress.log(`  ${notice}`);
  await generateCode(build);
  if (mode === 'production') await buildWeb(build);
  else {
    const stopWatching = regenerateOnChange(build);
    stopSteps.push(async () => stopWatching());
  }
  signal.throwIfAborted();

  const environments = deriveEnvironments(environment, config, secrets, database.urls);
  const services = (mode === 'watch' ? developmentServices : productionServices)({
    environments,
    ports: { API_PORT, WEB_PORT, METRICS_PORT },
    webHost: config.WEB_HOST,
    workers: config.WORKERS ?? 1,
    database: databaseDependency(database.urls.api),
    log: progress.log,
    output,
  });
  stopSteps.push(async () => {
    lock.announceStop();
    await Promise.all(services.map((service) => service.stop()));
  });
  const supervised = supervisedDatabase === undefined ? services : [...services, supervisedDatabase];
  const serviceFailed = Promise.race(supervised.map(({ failed }) => failed));

  const apiUrl = localUrl(config.API_HOST, API_PORT);
  const webUrl = localUrl(config.WEB_HOST, WEB_PORT);
  const hasDemo = config.DATABASE_URL === undefined && allowsDemo;
  await throwIfServiceFails(serviceFailed, async () => {
    await progress.runTimed('API and web app answer', async () => {
      await waitUntilReady('The API', `${apiUrl}/readyz`, READY_MILLISECONDS, signal);
      await waitUntilReady('The web app', `${webUrl}/sign-in`, READY_MILLISECONDS, signal);
      // The API requests the key set with the first token, and a development server builds each page on first request.
      if (TOKEN_MODE === 'jwks') await waitUntilReady('The key set', webUrl + JWKS_PATH, READY_MILLISECONDS, signal);
    });
    if (hasDemo) {
      await seedDemo({ dataDir, web: { url: webUrl, origin: origins.web }, apiUrl });
      await seedNeighbour(database.urls.owner);
    }
  });
  return { origins, hasDemo, serviceFailed };
}

async function throwIfServiceFails(serviceFailed: Promise<string>, work: () => Promise<void>): Promise<void> {
  const reason = await Promise.race([serviceFailed, work()]);
  if (reason !== undefined) throw new OperatorError(`Fieldgate did not start, because ${sentence(reason)}`);
}
