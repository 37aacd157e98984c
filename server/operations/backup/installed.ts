import fs from 'node:fs';
import path from 'node:path';
import { findPrograms } from '../postgres/postgres-binaries.ts';
import { chooseRunner } from '../postgres/run-as.ts';
import { inRoot } from '../paths.ts';
import { type Installed, PLATFORM } from './backup-format.ts';

/** Returns the version in package.json. */
export function fieldgateVersion(): string {
  const { version } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
  return version;
}

/**
 * Returns what this installation can restore: its PostgreSQL, machine and migrations.
 * @param dataDir the data folder that the restore creates, which decides who runs PostgreSQL
 * @throws {OperatorError} if the embedded PostgreSQL does not run on this machine
 */
export async function readInstalled(dataDir: string): Promise<Installed> {
  const { output } = await chooseRunner(findPrograms(), path.join(dataDir, 'postgres')).run('postgres', ['--version']);
  const [, postgres = ''] = /PostgreSQL\) (\d+)/.exec(output) ?? [];
  const migrations = fs.readdirSync(inRoot('migrations')).map((name) => Number.parseInt(name, 10));
  return { postgres, platform: PLATFORM, migrations };
}
