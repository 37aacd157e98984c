import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { DEMO_ACCOUNT, isDemoOpen, type PublicOrigins } from '../../runtime/demo-account.ts';
import { errorFields, log } from '../log.ts';

/** Rows that are removed. */
interface Retention {
  /** What they are, for the log: a table, or a part of one. */
  readonly name: string;
  /** Removes at most $1 rows, and returns how many as `removed`. */
  readonly text: string;
}

/** How long an entry of the security log is kept. auth.remove_old_events removes nothing under 90 days. */
const EVENT_AGE = '400 days';

const removal = (table: string, key: string, condition: string, name = table): Retention => ({
  name,
  text: `with removed as (
    delete from ${table} where ${key} in (
      select ${key} from ${table} where ${condition} limit $1 for update skip locked) returning 1
  ) select count(*)::integer as removed from removed`,
});

/**
 * What is removed, and from when on. Each condition is served by an index, and leaves out what may still count:
 * a session that expired less than an hour ago (a clock may be late, and after it no entry in session_revocation is
 * needed), a revocation whose tokens may live (25 hours, migrations/1795219200700), a rate limit whose window is open.
 */
export const RETENTIONS: readonly Retention[] = [
  removal('session', 'id', `expires_at < now() - interval '1 hour'`),
  removal('session_revocation', 'session_id', 'expires_at < now()'),
  removal('verification', 'id', `expires_at < now() - interval '1 day'`),
  removal('rate_limit', 'id', `last_request < extract(epoch from now() - interval '1 day') * 1000`),
  { name: 'auth_event', text: `select remove_old_events(interval '${EVENT_AGE}', $1) as removed` },
];

/**
 * What the web app removes: `RETENTIONS`, and where the demo account is closed, its sessions. The end of a
 * session ends its access tokens, which the API would take for as long as they live.
 */
export function retentionsOf(origins: PublicOrigins): readonly Retention[] {
  if (isDemoOpen(origins)) return RETENTIONS;
  const ofDemo = `user_id = (select id from "user" where email = '${DEMO_ACCOUNT.email}')`;
  return [removal('session', 'id', ofDemo, 'session of the demo account'), ...RETENTIONS];
}

/** The key of the advisory lock that a batch holds: one process of all removes at a time. */
export const RETENTION_LOCK = 7_301_985;

/** How many runs in a row may find the lock held before that is logged. Two processes may meet, but hardly an hour long. */
const SKIPPED_RUNS_LIMIT = 6;

/** How rows are removed; what is absent is as in production. */
export interface RetentionOptions {
  /** What is removed; `RETENTIONS`. */
  readonly retentions?: readonly Retention[];
  /** Rows a statement; 1,000. A batch is short, so that it holds up nobody. */
  readonly batch?: number;
  /** Milliseconds after which a run stops, to go on in the next; 60,000. */
  readonly runTime?: number;
  /** Milliseconds between two runs; ten minutes. */
  readonly interval?: number;
}

/** What a run did. */
export interface RetentionRun {
  /** How many rows of each name it removed. */
  readonly removed: Readonly<Record<string, number>>;
  /** Whether it stopped because another session held the lock: that one goes on. */
  readonly heldElsewhere: boolean;
}

/**
 * Removes what is too old, in batches, each its own transaction. Stops where another process is at it.
 * @throws what the database says; what was removed until then stays removed
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
    // After an error the connection is closed, and its transaction and lock go with it.
    client.release(error);
  }
}

/**
 * Removes one batch. The lock is the transaction's, not the session's: a pooler in transaction mode gives the next
 * transaction another session, which could not release it.
 * @returns how many rows went, or null if another session holds the lock
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
 * Removes what is too old now, and then again and again. A run that fails is logged, and the next tries again. Every
 * sixth run in a row that finds the lock held is logged too.
 * @returns stops it, when the run that is under way has ended
 */
export function startRetention(
  database: Pick<Pool, 'connect'>,
  { interval = 600_000, ...options }: RetentionOptions = {},
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
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
    stopped.abort();
    await running;
  };
}
