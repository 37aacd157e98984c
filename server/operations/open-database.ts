import type { StartConfig } from '../config.ts';
import { withClient } from '../data/pg/with-client.ts';
import { type DatabaseUrls, deriveDatabaseUrls } from './database-urls.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { describeConnectionError, OperatorError } from './operator-error.ts';
import type { Secrets } from './secrets.ts';

/** `cluster_name` of the embedded server, by which `npm run migrate` recognizes it. */
export const EMBEDDED_CLUSTER = 'fieldgate_embedded';

/** A database that accepts connections, external or embedded. */
export interface OpenDatabase {
  readonly urls: DatabaseUrls;
  /** The embedded server; undefined for an external database (DATABASE_URL). */
  readonly embedded: RestartableEmbeddedPostgres | undefined;
  /** Stops the embedded server. An external database is left running. */
  readonly stop: () => Promise<void>;
}

/** The running embedded server, and how to start it again after it has ended. */
export interface RestartableEmbeddedPostgres {
  readonly server: EmbeddedPostgres;
  /** Starts it on the same port, which the API and the web app reconnect to. The signal ends the attempt. */
  readonly restart: (signal: AbortSignal) => Promise<EmbeddedPostgres>;
}

/**
 * Connects to the external database that DATABASE_URL names, or starts the embedded server.
 * @param dataDir the data folder, locked by this process
 * @param options `name=value` settings for the embedded server, and a signal that ends the start
 * @throws {OperatorError} if the database cannot be reached or started
 */
export async function openDatabase(
  dataDir: string,
  config: StartConfig,
  secrets: Secrets,
  { settings = [], signal }: Pick<EmbeddedPostgresOptions, 'settings' | 'signal'> = {},
): Promise<OpenDatabase> {
  if (config.DATABASE_URL !== undefined) {
    const urls = deriveDatabaseUrls(config.DATABASE_URL, config, secrets);
    await assertCanConnect('DATABASE_URL', urls.owner, signal);
    return { urls, embedded: undefined, stop: () => Promise.resolve() };
  }
  const options = {
    dataDir,
    passwords: secrets.passwords,
    settings: [...settings, `cluster_name=${EMBEDDED_CLUSTER}`],
  };
  const server = await startEmbeddedPostgres({ ...options, signal });
  const restart = (restartSignal: AbortSignal) =>
    startEmbeddedPostgres({ ...options, port: server.port, signal: restartSignal });
  const { url, stop } = server;
  return {
    urls: { owner: url('owner'), api: url('api'), auth: url('auth') },
    embedded: { server, restart },
    stop,
  };
}

/**
 * Connects once, so that a wrong password is reported before any process starts.
 * @param setting the name of the setting that holds the connection string
 * @param signal ends the attempt
 * @throws {OperatorError} naming the setting, never the connection string, which holds a password
 */
export async function assertCanConnect(setting: string, connectionString: string, signal?: AbortSignal): Promise<void> {
  try {
    await withClient(connectionString, async () => undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new OperatorError(`Cannot connect with ${setting}: ${describeConnectionError(error)}.`, { cause: error });
  }
}
