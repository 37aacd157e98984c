import fs from 'node:fs';
import {
  killEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../server/operations/embedded-postgres.ts';
import { loadSecrets } from '../../server/operations/secrets.ts';

/** What a test run may lose in a power cut, it need not wait for. */
export const NON_DURABLE_SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
];

/** A PostgreSQL that is thrown away. */
export interface ScratchPostgres extends EmbeddedPostgres {
  /** Stops it and removes its folder. */
  readonly discard: () => Promise<void>;
}

/**
 * Starts an embedded PostgreSQL with nothing in it, about a second. It does not outlive this process: vitest ends with
 * `process.exit` when it is told to stop, and tears nothing down.
 * @param dataDir a folder that is not there yet
 */
export async function startScratchPostgres(dataDir: string): Promise<ScratchPostgres> {
  fs.mkdirSync(dataDir, { recursive: true });
  const { passwords } = loadSecrets(dataDir);
  const killAndRemove = () => {
    killEmbeddedPostgres(dataDir);
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  // Before it is started: the end may come while it comes up.
  process.once('exit', killAndRemove);
  const postgres = await startEmbeddedPostgres({ dataDir, passwords, settings: NON_DURABLE_SETTINGS });
  const discard = async () => {
    await postgres.stop();
    process.off('exit', killAndRemove);
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...postgres, discard };
}
