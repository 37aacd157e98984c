import path from 'node:path';
import { isDemoOpen } from '../../runtime/demo-account.ts';
import { sharedAddressWarning } from '../../runtime/shared-address.ts';
import { JWKS_PATH } from '../../runtime/token.ts';
import { readStartConfig } from '../../server/config.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { RuntimeRoleError } from '../../server/data/admin/runtime-roles.ts';
import { lockDataFolder } from '../../server/operations/data-lock.ts';
import { ensureKeyFile, keyFileIn, readKeys } from '../../server/commands/keys/key-store.ts';
import { assertPortsFree } from '../../server/operations/ports.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import type { Progress } from '../../server/operations/progress.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';
import { buildWeb, generateCode } from './build.ts';
import { type StackDatabase, openDatabase, assertCanConnect } from '../../server/operations/stack-database.ts';
import { demoNotice, seedDemo } from './demo-data.ts';
import { deriveEnvironments, deriveOrigins } from './service-environments.ts';
import { ROOT } from '../../server/operations/paths.ts';
import { regenerateOnChange } from './regenerate-code.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { productionServices, developmentServices } from './services.ts';

const READY_MILLISECONDS = 60_000;
/** How long a killed start's processes have to leave their ports. */
const PORT_RELEASE_MILLISECONDS = 15_000;

/** What a stack is started with. */
export interface StackOptions {
  /** The settings, and the rest of the environment that its processes inherit. */
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  /** Stops the start where it is; what has been started is stopped again. */
  readonly signal: AbortSignal;
  /** `name=value` for the embedded database. Default: PostgreSQL's own settings, which are durable. */
  readonly databaseSettings?: readonly string[];
  /** `watch` restarts the API and renders the web app anew when a source changes. Default: `production`. */
  readonly mode?: 'production' | 'watch';
}

/** A running Fieldgate. */
export interface Stack {
  /** The origins that users see. */
  readonly origins: { readonly api: string; readonly web: string };
  /** Whether the demo account is there: only in the embedded database, and only on loopback origins. */
  readonly hasDemo: boolean;
  /** Resolves when a part of it is given up, with the reason; a part that ends is restarted before that. */
  readonly partEnded: Promise<string>;
  /** Stops all parts, the database last. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts everything, in this order: what is below needs what is above.
 * @throws {SettingsError | OperatorError} in words for the user; what had been started is stopped
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const running: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of running.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await startParts(options, running)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { environment, progress, signal, mode = 'production', databaseSettings = [] }: StackOptions,
  running: (() => Promise<void>)[],
): Promise<Omit<Stack, 'stop'>> {
  const config = readStartConfig(environment);
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  const origins = deriveOrigins(config);
  const build = { environment, progress, signal };

  const { TRUSTED_PROXIES } = config;
  const publicOrigins = { API_URL: origins.api, WEB_URL: origins.web };
  const allowsDemo = isDemoOpen(publicOrigins);
  const warning = sharedAddressWarning({ ...publicOrigins, TRUSTED_PROXIES });
  if (warning !== undefined) progress.log(`  warning: ${warning}`);
  const lock = await lockDataFolder(dataDir, { pid: process.pid, url: origins.web });
  running.push(async () => lock.release());
  const { API_PORT, WEB_PORT, METRICS_PORT } = config;
  await assertPortsFree({ API_PORT, WEB_PORT, METRICS_PORT }, lock.afterCrash ? PORT_RELEASE_MILLISECONDS : 0, signal);
  const secrets = loadSecrets(dataDir);
  const { TOKEN_MODE, TOKEN_SECRETS } = config;
  if (TOKEN_SECRETS === undefined)
    ensureKeyFile(keyFileIn(dataDir, TOKEN_MODE), TOKEN_MODE, Math.floor(Date.now() / 1_000));
  else if ('file' in TOKEN_SECRETS) readKeys(TOKEN_SECRETS.file, TOKEN_MODE);

  const database = await progress.runTimed('database ready', () =>
    openDatabase(dataDir, config, secrets, { settings: databaseSettings, signal }),
  );
  const supervised = database.supervise?.(progress.log);
  running.push(supervised?.stop ?? database.stop);
  signal.throwIfAborted();
  await progress.runTimed('database migrated', () => migrateDatabase(database, progress));
  const notice = allowsDemo ? undefined : await demoNotice(database.urls.owner, origins.web);
  if (notice !== undefined) progress.log(`  ${notice}`);
  await generateCode(build);
  if (mode === 'production') await buildWeb(build);
  else {
    const end = regenerateOnChange(build);
    running.push(async () => end());
  }
  signal.throwIfAborted();

  const environments = deriveEnvironments(environment, config, secrets, database.urls);
  const services = (mode === 'watch' ? developmentServices : productionServices)({
    environments,
    ports: { API_PORT, WEB_PORT, METRICS_PORT },
    database: database.dependency,
    say: progress.log,
  });
  running.push(async () => {
    lock.announceStop();
    await Promise.all(services.map((service) => service.stop()));
  });
  const partEnded = Promise.race([...services, ...(supervised ? [supervised] : [])].map(({ failed }) => failed));

  const apiUrl = `http://localhost:${API_PORT}`;
  const webUrl = `http://localhost:${WEB_PORT}`;
  const hasDemo = config.DATABASE_URL === undefined && allowsDemo;
  await failIfPartEnds(partEnded, async () => {
    await progress.runTimed('API and web app answer', async () => {
      await waitUntilReady('The API', `${apiUrl}/readyz`, READY_MILLISECONDS, signal);
      await waitUntilReady('The web app', `${webUrl}/sign-in`, READY_MILLISECONDS, signal);
      // The API asks for it with the first token, and a development server makes every page when it is first wanted.
      if (TOKEN_MODE === 'jwks') await waitUntilReady('The key set', webUrl + JWKS_PATH, READY_MILLISECONDS, signal);
    });
    if (hasDemo) await seedDemo({ dataDir, web: { url: webUrl, origin: origins.web }, apiUrl });
  });
  return { origins, hasDemo, partEnded };
}

async function migrateDatabase(
  { urls: { owner, api, auth }, supervise }: StackDatabase,
  progress: Progress,
): Promise<void> {
  const log = (line: string) => progress.log(`  ${line}`);
  // The embedded database is this start's alone, by the lock on its folder: nobody else has a password of it.
  const otherPassword = supervise === undefined ? 'keep' : 'set';
  try {
    await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth, otherPassword, log });
  } catch (error) {
    if (error instanceof RuntimeRoleError) throw new OperatorError(error.message, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`The database could not be migrated. ${reason}`, { cause: error });
  }
  await assertCanConnect('API_DATABASE_URL', api);
  await assertCanConnect('AUTH_DATABASE_URL', auth);
}

async function failIfPartEnds(partEnded: Promise<string>, work: () => Promise<void>): Promise<void> {
  const end = await Promise.race([partEnded, work()]);
  if (end !== undefined) throw new OperatorError(`Fieldgate did not start, because ${sentence(end)}`);
}
