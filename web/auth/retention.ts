import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { DEMO_ACCOUNT, isDemoOpen } from '../../runtime/demo-account.ts';
import type { ExposureSettings } from '../../runtime/settings.ts';
import { errorFields, log } from '../log.ts';

/** A kind of rows to remove. */
interface Retention {
  /** Its name in the log: a table, or a part of one. */
  readonly name: string;
  /** The statement: removes at most $1 rows, and returns their number as `removed`. */
  readonly text: string;
}

/** How long a deleted task can be restored; `auth.remove_deleted_tasks` removes none earlier. */
const DELETED_TASK_AGE = '30 days';

/** How long an entry of the security log is kept. `auth.remove_old_events` removes none younger than 90 days. */
const EVENT_AGE = '400 days';

const removal = (table: string, key: string, condition: string, name = table): Retention => ({
  name,
  text: `with removed as (
    delete from ${table} where ${key} in (
      select ${key} from ${table} where ${condition} limit $1 for update skip locked) returning 1
  ) select count(*)::integer as removed from removed`,
});

/**
 * The rows to remove, by age. Each condition has an index, and keeps rows that may still matter: sessions that expired
 * less than an hour ago (for clocks that are late; after it none needs a row in session_revocation), revocations whose
 * tokens may be valid (25 hours, migrations/1795219200700), rate limits whose window is open (an hour at most), and mails
 * of the last 30 days, which are given up after one: they show the operator what was not sent.
 */
export const RETENTIONS: readonly Retention[] = [
  removal('session', 'id', `expires_at < now() - interval '1 hour'`),
  removal('session_revocation', 'session_id', 'expires_at < now()'),
  removal('verification', 'id', `expires_at < now() - interval '1 day'`),
  removal('rate_limit', 'id', `last_request < extract(epoch from now() - interval '2 hours') * 1000`),
  removal('mail_outbox', 'id', `created_at < now() - interval '30 days'`),
  { name: 'deleted task', text: `select remove_deleted_tasks(interval '${DELETED_TASK_AGE}', $1) as removed` },
  { name: 'auth_event', text: `select remove_old_events(interval '${EVENT_AGE}', $1) as removed` },
];

/**
 * Returns what the web app removes: `RETENTIONS` and, if the demo account is disabled, its sessions. Deleting a session
 * revokes its access tokens, which the API would otherwise accept until they expire.
 */
export function retentionsOf(settings: ExposureSettings): readonly Retention[] {
  if (isDemoOpen(settings)) return RETENTIONS;
  const ofDemo = `user_id = (select id from "user" where email = '${DEMO_ACCOUNT.email}')`;
  return [removal('session', 'id', ofDemo, 'session of the demo account'), ...RETENTIONS];
}

/** The key of the advisory lock that a batch holds: one process removes rows at a time. */
export const RETENTION_LOCK = 7_301_985;

/** After how many consecutive skipped runs a warning is logged. Two processes may collide, but hardly for an hour. */
const SKIPPED_RUNS_LIMIT = 6;

/** How rows are removed; the defaults are for production. */
export interface RetentionOptions {
  /** Default: `RETENTIONS`. */
  readonly retentions?: readonly Retention[];
  /** Rows per statement. Default: 1,000, so that a batch is short and delays no other statement. */
  readonly batch?: number;
  /** Milliseconds after which a run stops; the next continues. Default: 60,000. */
  readonly runTime?: number;
  /** Milliseconds between two runs. Default: ten minutes. */
  readonly interval?: number;
}

/** The result of a run. */
export interface RetentionRun {
  /** Rows removed, by name. */
  readonly removed: Readonly<Record<string, number>>;
  /** Whether it stopped because another session held the lock. */
  readonly heldElsewhere: boolean;
}

/**
 * Removes old rows in batches, each in its own transaction. Stops if another process holds the lock.
 * @throws the database's error; committed batches stay removed
 */
export async function removeOld(
  database: Pick<Pool, 'connect'>,
  { retentions = RETENTIONS, batch = 1_000, runTime = 60_000 }: RetentionOptions = {},
): Promise<RetentionRun> {
  const client = await database.connect();
  let error: Error | undefined;
  try {
    const until = performance.now() + runTime;
    const removed: Record<string, number> = {};
    for (const { name, text } of retentions) {
      let total = 0;
      removed[name] = total;
      for (let last = batch; last === batch && performance.now() < until; ) {
        const count = await removeBatch(client, text, batch);
        if (count === null) return { removed, heldElsewhere: true };
        total += count;
        removed[name] = total;
        last = count;
      }
    }
    return { removed, heldElsewhere: false };
  } catch (cause) {
    error = cause instanceof Error ? cause : new Error('Old rows were not removed.', { cause });
    throw cause;
  } finally {
    // After an error the connection is closed, which ends its transaction and releases the lock.
    client.release(error);
  }
}

/**
 * Removes one batch. The lock belongs to the transaction, not to the session: behind a pooler in transaction mode the
 * next transaction runs in another session, which could not release it.
 * @returns the number of rows removed, or null if another session holds the lock
 */
async function removeBatch(client: PoolClient, text: string, batch: number): Promise<number | null> {
  await client.query('begin');
  const { rows: locks } = await client.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [
    RETENTION_LOCK,
  ]);
  if (!locks[0]?.mine) {
    await client.query('rollback');
    return null;
  }
  const { rows } = await client.query<{ removed: number }>(text, [batch]);
  await client.query('commit');
  return rows[0]?.removed ?? 0;
}

/**
 * Removes old rows now, and then after every interval. A run that fails is logged, and the next retries. Every sixth
 * consecutive run that is skipped because the lock is held is logged too.
 * @returns a function that stops it; resolves when the current run has ended
 */
export function startRetention(
  database: Pick<Pool, 'connect'>,
  { interval = 600_000, ...options }: RetentionOptions = {},
): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  async function repeat(): Promise<void> {
    let skippedRuns = 0;
    while (!signal.aborted) {
      try {
        const { removed, heldElsewhere } = await removeOld(database, options);
        const total = Object.values(removed).reduce((sum, count) => sum + count, 0);
        if (total > 0) log.info({ removed }, 'old rows were removed');
        skippedRuns = heldElsewhere && total === 0 ? skippedRuns + 1 : 0;
        if (skippedRuns > 0 && skippedRuns % SKIPPED_RUNS_LIMIT === 0)
          log.warn(
            { skippedRuns },
            `old rows were not removed: another session held the advisory lock ${RETENTION_LOCK} at every run; see pg_locks`,
          );
      } catch (error) {
        log.warn(errorFields(error), 'old rows were not removed; the next run tries again');
      }
      await delay(interval, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
  const running = repeat();
  return async () => {
    stop.abort();
    await running;
  };
}
