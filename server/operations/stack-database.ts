import { setTimeout as delay } from 'node:timers/promises';
import type { StartConfig } from '../config.ts';
import { withClient } from '../data/pg/with-client.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { systemErrorCode, OperatorError } from './operator-error.ts';
import type { Secrets } from './secrets.ts';
import { type DatabaseUrls, deriveDatabaseUrls } from '../../tools/supervisor/service-environments.ts';
import { type Dependency, type Part, type Supervised, supervise } from '../../tools/supervisor/supervise.ts';
import { waitForExit } from './wait-for-exit.ts';

/** How long a database may take to let the API in before it counts as away. */
const ANSWER_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 250;
/** An answer, though a refusal: no such role, password or database. What it means for the API, the API says. */
const REFUSED = /^(28|3D|42501)/;

/** The database that the stack works on. */
export interface StackDatabase {
  readonly urls: DatabaseUrls;
  /** As the API reaches it. */
  readonly dependency: Dependency;
  /** Restarts the embedded server when it ends; undefined for a database of the user's. */
  readonly supervise: ((say: (line: string) => void) => Supervised) | undefined;
  /** Stops the embedded server; a database of the user's is left alone. */
  readonly stop: () => Promise<void>;
}

/**
 * The user's own database where DATABASE_URL names one, else the embedded server, started.
 * @param dataDir the data folder, held by this process
 * @param options `name=value` settings for the embedded server, and the signal that ends the start
 * @throws {OperatorError} when it cannot be reached or started
 */
export async function openDatabase(
  dataDir: string,
  config: StartConfig,
  secrets: Secrets,
  { settings = [], signal }: Pick<EmbeddedPostgresOptions, 'settings' | 'signal'> = {},
): Promise<StackDatabase> {
  if (config.DATABASE_URL !== undefined) {
    await assertCanConnect('DATABASE_URL', config.DATABASE_URL, signal);
    const urls = deriveDatabaseUrls(config.DATABASE_URL, config, secrets);
    return {
      urls,
      dependency: dependencyOn(urls.api),
      supervise: undefined,
      stop: () => Promise.resolve(),
    };
  }
  const options = { dataDir, passwords: secrets.passwords, settings };
  const first = await startEmbeddedPostgres({ ...options, signal });
  // The API and the web app know the first port, and reconnect to it.
  const restart = async (stopped: AbortSignal) =>
    toPart(await startEmbeddedPostgres({ ...options, port: first.port, signal: stopped }));
  const { url, stop } = first;
  return {
    urls: { owner: url('owner'), api: url('api'), auth: url('auth') },
    dependency: dependencyOn(url('api')),
    supervise: (say) => supervise(toPart(first), restart, { say }),
    stop,
  };
}

/** The database of a connection string, as what the API cannot start without. */
export function dependencyOn(connectionString: string): Dependency {
  const answers = async (signal: AbortSignal) => {
    try {
      await withClient(connectionString, async () => undefined, { connectionTimeout: ANSWER_MILLISECONDS, signal });
      return true;
    } catch (error) {
      return REFUSED.test(systemErrorCode(error) ?? '');
    }
  };
  const untilAnswers = async (signal: AbortSignal) => {
    while (!(await answers(signal))) await delay(RETRY_MILLISECONDS, undefined, { signal });
  };
  return { name: 'the database', answers, untilAnswers };
}

function toPart({ pid, endedInOrder, log, stop }: EmbeddedPostgres): Part {
  const ended = waitForExit(pid).then(() =>
    endedInOrder()
      ? `the database shut down (its log is ${log})`
      : 'the database ended without a shutdown, as by SIGKILL',
  );
  return { name: 'the database', pid, ready: Promise.resolve(), ended, refusal: undefined, stop };
}

/**
 * Signs in once, so that a wrong password is told here and not by a process that does not come up.
 * @param setting the name of the setting that holds the connection string
 * @param signal ends the attempt
 * @throws {OperatorError} naming the setting; never the connection string, which holds a password
 */
export async function assertCanConnect(setting: string, connectionString: string, signal?: AbortSignal): Promise<void> {
  try {
    await withClient(connectionString, async () => undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = systemErrorCode(error) ?? (error instanceof Error ? error.message : String(error));
    throw new OperatorError(`${setting} does not lead into a database: ${CONNECTION_ERRORS[reason] ?? reason}.`, {
      cause: error,
    });
  }
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  '28P01': 'the role or its password is wrong',
  '28000': 'the server does not let this role in',
  '3D000': 'there is no such database on that server',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
};
