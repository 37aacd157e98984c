import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../server/data/admin/migrate.ts';
import { startScratchPostgres } from './scratch-postgres.ts';
import './test-database.ts';

/** Starts the PostgreSQL of the test run and creates its roles; stops it after the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // vitest does not handle SIGHUP: by default it ends the process without `exit` handlers, which stop PostgreSQL.
  process.once('SIGHUP', () => process.exit(129));
  const postgres = await startScratchPostgres(path.resolve('.test/run', `vitest-${process.pid}`));
  const [owner, api, auth] = [postgres.url('owner'), postgres.url('api'), postgres.url('auth')];
  // Roles belong to the server: created here, test files do not create them concurrently.
  await migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });
  project.provide('postgres', { superuser: postgres.superuserUrl, owner, api, auth });
  return postgres.discard;
}
