import fs from 'node:fs';
import {
  killEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../server/operations/embedded-postgres.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';

/** PostgreSQL settings without durability: test data need not survive a crash. */
export const NON_DURABLE_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
];

/** A temporary PostgreSQL server. */
export interface ScratchPostgres extends EmbeddedPostgres {
  /** Stops the server and removes its folder. */
  readonly discard: () => Promise<void>;
}

/**
 * Starts an empty embedded PostgreSQL, in about a second. It ends with this process: on a signal vitest calls
 * `process.exit` without teardown.
 * @param dataDir a folder that does not exist yet
 * @param settings of the server. Default: `NON_DURABLE_SETTINGS`
 */
export async function startScratchPostgres(
  dataDir: string,
  settings: readonly string[] = NON_DURABLE_SETTINGS,
): Promise<ScratchPostgres> {
  fs.mkdirSync(dataDir, { recursive: true });
  const { passwords } = loadSecrets(dataDir);
  const killAndRemove = () => {
    killEmbeddedPostgres(dataDir);
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  // Registered first: the process may exit while PostgreSQL starts.
  process.once('exit', killAndRemove);
  const postgres = await startEmbeddedPostgres({ dataDir, passwords, settings });
  const discard = async () => {
    await postgres.stop();
    process.off('exit', killAndRemove);
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...postgres, discard };
}
