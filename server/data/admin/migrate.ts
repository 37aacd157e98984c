import { DataSource } from 'typeorm';
import { withClient } from '../pg/with-client.ts';
import { resetRoleSettings } from './role-settings.ts';
import { type EnsureRoleOptions, ensureRole, RUNTIME_ROLES } from './runtime-roles.ts';

const MIGRATIONS = `${import.meta.dirname}/../../../migrations/*.ts`;
/** One number that all Fieldgate processes agree on: two migrations never run at once. */
const MIGRATION_LOCK = 7_301_984;
/** How long a migration waits for others: for one that is under way, or for whoever uses a table. Milliseconds. */
const LOCK_TIMEOUT = 60_000;

interface MigrateOptions {
  /** The role that owns the schemas; it need not be a superuser. */
  readonly databaseUrl: string;
  readonly apiDatabaseUrl: string;
  readonly authDatabaseUrl: string;
  /** What happens to a runtime role's password that is not that of its connection string. Default: `keep`. */
  readonly otherPassword?: EnsureRoleOptions['otherPassword'];
  /** Hears of each migration that ran. */
  readonly log?: (line: string) => void;
}

/**
 * Brings the database to the newest shape: runtime roles first, without any settings of their own, then every migration
 * that has not run, each in its own transaction. Runs nothing on a database that is up to date.
 * @throws {RuntimeRoleError} where a runtime role cannot be used; what the database says; a migration that failed has
 * left nothing behind
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
