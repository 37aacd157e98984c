import { DataSource } from 'typeorm';
import { withClient } from '../pg/with-client.ts';
import { resetRoleSettings } from './role-settings.ts';
import { applySessionSettings } from './session-settings.ts';
import { type EnsureRoleOptions, ensureRole, RUNTIME_ROLES } from './runtime-roles.ts';

const MIGRATIONS = `${import.meta.dirname}/../../../migrations/*.ts`;
/** Key of the advisory lock that serializes migrations of all Fieldgate processes. */
const MIGRATION_LOCK = 7_301_984;
/** `lock_timeout` for the advisory lock and for table locks, in milliseconds. */
const LOCK_TIMEOUT = 60_000;

interface MigrateOptions {
  /** Connection string of the role that owns the schemas; it need not be a superuser. */
  readonly databaseUrl: string;
  readonly apiDatabaseUrl: string;
  readonly authDatabaseUrl: string;
  /** What to do if a runtime role's password differs from its connection string. Default: `keep`. */
  readonly otherPassword?: EnsureRoleOptions['otherPassword'];
  /** Called with a line for each migration that ran. */
  readonly log?: (line: string) => void;
}

/**
 * Creates the runtime roles, resets their settings, gives the API's role those it needs, and runs each pending migration in a separate transaction. Changes
 * nothing on a database that is up to date.
 * @throws {RuntimeRoleError} if a runtime role cannot be used; PostgreSQL's error if a migration fails, which is then
 * rolled back
 */
export async function migrate({
  databaseUrl,
  apiDatabaseUrl,
  authDatabaseUrl,
  otherPassword = 'keep',
  log,
}: MigrateOptions): Promise<void> {
  await withClient(databaseUrl, async (owner) => {
    await owner.query(`set lock_timeout = ${LOCK_TIMEOUT}`);
    await owner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRole(owner, { role: RUNTIME_ROLES.api, url: apiDatabaseUrl, otherPassword });
    await ensureRole(owner, { role: RUNTIME_ROLES.auth, url: authDatabaseUrl, otherPassword });
    for (const role of Object.values(RUNTIME_ROLES)) await resetRoleSettings(owner, role, log);
    await applySessionSettings(owner, apiDatabaseUrl, log);
    await runMigrations(databaseUrl, log);
  });
}

async function runMigrations(databaseUrl: string, log?: (line: string) => void): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: [MIGRATIONS],
    migrationsTableName: 'fieldgate_migrations',
    installExtensions: false,
    extra: { max: 1, connectionTimeoutMillis: 10_000, lock_timeout: LOCK_TIMEOUT },
  }).initialize();
  try {
    const ran = await source.runMigrations({ transaction: 'each' });
    for (const migration of ran) log?.(`migrated ${migration.name}`);
  } finally {
    await source.destroy();
  }
}
