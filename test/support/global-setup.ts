import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../server/data/admin/migrate.ts';
import { startScratchPostgres } from './scratch-postgres.ts';
import './test-database.ts';

/** Starts the PostgreSQL of the test run, once for all files, with its roles made; stops it afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Of what ends it, vitest leaves this one to the system, which would end it without a word to anybody.
  process.once('SIGHUP', () => process.exit(129));
  const postgres = await startScratchPostgres(path.resolve('.test/run', `vitest-${process.pid}`));
  const [owner, api, auth] = [postgres.url('owner'), postgres.url('api'), postgres.url('auth')];
  // Roles belong to the whole server: made once here, they are not made by several files at the same time.
  await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
  project.provide('postgres', { superuser: postgres.superuserUrl, owner, api, auth });
  return postgres.discard;
}
