import type { StartConfig } from '../../config.ts';
import { withClient } from '../../data/client.ts';
import { type Postgres, type PostgresOptions, startPostgres } from '../postgres.ts';
import { errorCode, Problem } from '../problem.ts';
import type { Secrets } from '../secrets.ts';
import { type DatabaseUrls, deriveDatabaseUrls } from './environment.ts';
import { type Part, type Supervised, supervise } from './supervise.ts';
import { whenGone } from './watch-process.ts';

/** The database that the stack works on. */
export interface Database {
  readonly urls: DatabaseUrls;
  /** Restarts the embedded server when it ends; undefined for a database of the user's. */
  readonly supervise: ((say: (line: string) => void) => Supervised) | undefined;
  /** Stops the embedded server; a database of the user's is left alone. */
  readonly stop: () => Promise<void>;
}

/**
 * The user's own database where DATABASE_URL names one, else the embedded server, started.
 * @param dataDir the data folder, held by this process
 * @param settings `name=value` for the embedded server
 * @throws {Problem} when it cannot be reached or started
 */
export async function openDatabase(
  dataDir: string,
  config: StartConfig,
  secrets: Secrets,
  settings: readonly string[],
): Promise<Database> {
  if (config.DATABASE_URL !== undefined) {
    await requireSignIn('DATABASE_URL', config.DATABASE_URL);
    return {
      urls: deriveDatabaseUrls(config.DATABASE_URL, config, secrets),
      supervise: undefined,
      stop: () => Promise.resolve(),
    };
  }
  const options: PostgresOptions = { dataDir, passwords: secrets.passwords, settings };
  const first = await startPostgres(options);
  // The API and the web app know the first port, and reconnect to it.
  const restart = async (signal: AbortSignal) => toPart(await startPostgres({ ...options, port: first.port, signal }));
  const { url, stop } = first;
  return {
    urls: { owner: url('owner'), api: url('api'), auth: url('auth') },
    supervise: (say) => supervise(toPart(first), restart, { say }),
    stop,
  };
}

function toPart({ pid, endedInOrder, log, stop }: Postgres): Part {
  const ended = whenGone(pid).then(() =>
    endedInOrder()
      ? `the database shut down (its log is ${log})`
      : 'the database ended without a shutdown, as by SIGKILL',
  );
  return { name: 'the database', pid, ready: Promise.resolve(), ended, refusal: undefined, stop };
}

/**
 * Signs in once, so that a wrong password is told here and not by a process that does not come up.
 * @param setting the name of the setting that holds the connection string
 * @throws {Problem} naming the setting; never the connection string, which holds a password
 */
export async function requireSignIn(setting: string, connectionString: string): Promise<void> {
  try {
    await withClient(connectionString, async () => undefined);
  } catch (error) {
    const reason = errorCode(error) ?? (error instanceof Error ? error.message : String(error));
    throw new Problem(`${setting} does not lead into a database: ${REASONS[reason] ?? reason}.`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  '28P01': 'the role or its password is wrong',
  '28000': 'the server does not let this role in',
  '3D000': 'there is no such database on that server',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
};
