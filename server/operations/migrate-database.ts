import { migrate } from '../data/admin/migrate.ts';
import { type EnsureRoleOptions, RuntimeRoleError } from '../data/admin/runtime-roles.ts';
import type { DatabaseUrls } from './database-urls.ts';
import { assertCanConnect } from './open-database.ts';
import { OperatorError } from './operator-error.ts';

/** The options of `migrateDatabase`. */
export interface MigrateDatabaseOptions {
  readonly urls: DatabaseUrls;
  /** See `migrate`. Default: `keep`. */
  readonly otherPassword?: EnsureRoleOptions['otherPassword'];
  /** Prints a line. */
  readonly log: (line: string) => void;
  /** Ends the wait for another migration; one that has begun is finished. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Migrates a database, and checks that both runtime roles can connect.
 * @throws {OperatorError} saying what failed; a migration that failed is rolled back
 */
export async function migrateDatabase({ urls, otherPassword, log, signal }: MigrateDatabaseOptions): Promise<void> {
  try {
    await migrate({
      databaseUrl: urls.owner,
      apiDatabaseUrl: urls.api,
      authDatabaseUrl: urls.auth,
      otherPassword,
      log: (line) => log(`  ${line}`),
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof RuntimeRoleError) throw new OperatorError(error.message, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`The database could not be migrated. ${reason}`, { cause: error });
  }
  await assertCanConnect('API_DATABASE_URL', urls.api);
  await assertCanConnect('AUTH_DATABASE_URL', urls.auth);
}
