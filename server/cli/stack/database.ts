import type { StartConfig } from '../../config.ts';
import { withClient } from '../../data/client.ts';
import { startPostgres } from '../postgres.ts';
import { errorCode, Problem } from '../problem.ts';
import type { Secrets } from '../secrets.ts';
import { type DatabaseUrls, deriveDatabaseUrls } from './environment.ts';

/** The database that the stack works on. */
export interface Database {
  readonly urls: DatabaseUrls;
  /** The embedded server's process id; undefined for a database of the user's. */
  readonly pid: number | undefined;
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
      pid: undefined,
      stop: () => Promise.resolve(),
    };
  }
  const { url, pid, stop } = await startPostgres({ dataDir, passwords: secrets.passwords, settings });
  return { urls: { owner: url('owner'), api: url('api'), auth: url('auth') }, pid, stop };
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
