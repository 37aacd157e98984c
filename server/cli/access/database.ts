import fs from 'node:fs';
import path from 'node:path';
import { readStartConfig } from '../../config.ts';
import { lockData } from '../data-lock.ts';
import { runningPostgres } from '../postgres.ts';
import { Problem } from '../problem.ts';
import { loadSecrets } from '../secrets.ts';
import { openDatabase, requireSignIn } from '../stack/database.ts';
import { ROOT } from '../stack/paths.ts';

/**
 * Does something with the database as the role that owns the tables: the user's own where DATABASE_URL names one, the
 * embedded one where `npm start` runs it, or else the embedded one started for as long as it takes.
 * @param work is given the owner's connection string
 * @throws {SettingsError | Problem} in words for the user; a Problem where there is no database yet
 */
export async function withDatabase<T>(
  environment: NodeJS.ProcessEnv,
  work: (ownerUrl: string) => Promise<T>,
): Promise<T> {
  const config = readStartConfig(environment);
  if (config.DATABASE_URL !== undefined) {
    await requireSignIn('DATABASE_URL', config.DATABASE_URL);
    return work(config.DATABASE_URL);
  }
  const dataDir = path.resolve(ROOT, config.DATA_DIR);
  if (!fs.existsSync(path.join(dataDir, 'postgres')))
    throw new Problem(`There is no database in ${dataDir} yet: run npm start once, which makes it.`);
  const secrets = loadSecrets(dataDir);
  const running = await runningPostgres(dataDir, secrets.passwords.owner);
  if (running !== undefined) return work(running);

  const lock = await lockData(dataDir, { pid: process.pid, url: 'npm run access' });
  try {
    const database = await openDatabase(dataDir, config, secrets);
    try {
      return await work(database.urls.owner);
    } finally {
      await database.stop();
    }
  } finally {
    lock.release();
  }
}
