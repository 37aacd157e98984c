import fs from 'node:fs';
import path from 'node:path';
import { readStartConfig } from '../../config.ts';
import { lockDataFolder } from '../../operations/data-lock.ts';
import { findRunningPostgres } from '../../operations/embedded-postgres.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { loadSecrets } from '../../operations/secrets.ts';
import { openDatabase, assertCanConnect } from '../../operations/stack-database.ts';
import { ROOT } from '../../operations/paths.ts';

/**
 * Does something with the database as the role that owns the tables: the user's own where DATABASE_URL names one, the
 * embedded one where `npm start` runs it, or else the embedded one started for as long as it takes.
 * @param use is given the owner's connection string
 * @throws {SettingsError | OperatorError} in words for the user; a Problem where there is no database yet
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
    throw new OperatorError(`There is no database in ${dataDir} yet: run npm start once, which makes it.`);
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
