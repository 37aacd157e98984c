import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';

/** Key of the advisory lock that serializes migrations of all Fieldgate processes. */
const MIGRATION_LOCK = 7_301_984;
const RETRY_MILLISECONDS = 250;

/** The options of `acquireMigrationLock`. */
export interface MigrationLockOptions {
  /** How long to wait for another migration, in milliseconds. */
  readonly timeout: number;
  /** Called once if another migration holds the lock. */
  readonly onWait?: () => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Acquires the lock of migrations for a session; it ends with the connection. It polls: a wait inside PostgreSQL could be
 * neither reported nor ended.
 * @throws {Error} if another migration holds the lock for the whole time
 */
export async function acquireMigrationLock(
  owner: Client,
  { timeout, onWait, signal }: MigrationLockOptions,
): Promise<void> {
  const deadline = Date.now() + timeout;
  for (let isFirst = true; ; isFirst = false) {
    const { rows } = await owner.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [MIGRATION_LOCK]);
    if (rows[0]?.held) return;
    if (isFirst) onWait?.();
    if (Date.now() >= deadline)
      throw new Error(
        `Another migration has held the lock for ${timeout / 1_000} s: wait until it has ended, and try again. This query names its process: select pid from pg_locks where locktype = 'advisory' and objid = ${MIGRATION_LOCK}`,
      );
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}
