import { DataSource } from 'typeorm';
import { withClient } from '../pg/with-client.ts';
import { acquireMigrationLock } from './migration-lock.ts';
import { resetRoleSettings } from './role-settings.ts';
import { applySessionSettings } from './session-settings.ts';
import { type EnsureRoleOptions, ensureRole, RUNTIME_ROLES } from './runtime-roles.ts';

const MIGRATIONS = `${import.meta.dirname}/../../../migrations/*.ts`;
/** How long to wait for another migration, and `lock_timeout` for table locks, in milliseconds. */
const LOCK_TIMEOUT = 60_000;

interface MigrateOptions {
  /** Connection string of the role that owns the schemas; it need not be a superuser. */
  readonly databaseUrl: string;
  readonly apiDatabaseUrl: string;
  readonly authDatabaseUrl: string;
  /** What to do if a runtime role's password differs from its connection string. Default: `keep`. */
  readonly otherPassword?: EnsureRoleOptions['otherPassword'];
  /** Called with a line for each migration that ran, and when another process migrates. */
  readonly log?: (line: string) => void;
  /** Ends the wait for another migration; one that has begun is finished. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Creates the runtime roles, resets their settings, gives the API's role those it needs, and runs each pending migration in
 * a separate transaction. Changes nothing on a database that is up to date.
 * @throws {RuntimeRoleError} if a runtime role cannot be used; PostgreSQL's error if a migration fails, which is then
 * rolled back
 */
export async function migrate({
  databaseUrl,
  apiDatabaseUrl,
  authDatabaseUrl,
  otherPassword = 'keep',
  log,
  signal,
}: MigrateOptions): Promise<void> {
  await withClient(databaseUrl, async (owner) => {
    await owner.query(`set lock_timeout = ${LOCK_TIMEOUT}`);
    const onWait = () => log?.('waiting for another migration');
    await acquireMigrationLock(owner, { timeout: LOCK_TIMEOUT, onWait, signal });
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
