import fs from 'node:fs';
import path from 'node:path';
import { readStartConfig } from '../../config.ts';
import { lockDataFolder } from '../../operations/data-lock.ts';
import { findRunningPostgres } from '../../operations/embedded-postgres.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { loadSecrets } from '../../operations/secrets.ts';
import { openDatabase, assertCanConnect } from '../../operations/open-database.ts';
import { ROOT } from '../../operations/paths.ts';

/**
 * Runs a function with a connection string of the role that owns the tables: of the external database that DATABASE_URL
 * names, of the embedded one if `npm start` runs it, or of the embedded one, started and stopped for this call.
 * @param use receives the connection string
 * @throws {SettingsError} if a setting is invalid
 * @throws {OperatorError} if there is no database yet, or it cannot be reached or started
 */
export async function withOwnerDatabase<T>(
  environment: NodeJS.ProcessEnv,
  use: (ownerUrl: string) => Promise<T>,
): Promise<T> {
  const config = readStartConfig(environment);
  if (config.DATABASE_URL !== undefined) {
    await assertCanConnect('DATABASE_URL', config.DATABASE_URL);
    return use(config.DATABASE_URL);
  }
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  if (!fs.existsSync(path.join(dataDir, 'postgres')))
    throw new OperatorError(`There is no database in ${dataDir} yet: run npm start once, which creates it.`);
  const secrets = loadSecrets(dataDir);
  const running = await findRunningPostgres(dataDir, secrets.passwords.owner);
  if (running !== undefined) return use(running);

  const lock = await lockDataFolder(dataDir, { pid: process.pid, url: 'npm run access' });
  try {
    const database = await openDatabase(dataDir, config, secrets);
    try {
      return await use(database.urls.owner);
    } finally {
      await database.stop();
    }
  } finally {
    lock.release();
  }
}
