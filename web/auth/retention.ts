import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { DEMO_ACCOUNT, isDemoOpen, type PublicOrigins } from '../../schema/demo-account.ts';
import { described, log } from '../log.ts';

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

/** One process of all removes at a time: the key of its advisory lock. */
const LOCK = 7_301_985;

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

/**
 * Removes what is too old, in batches, each its own transaction. While another process does it, does nothing.
 * @returns how many rows of each name went, or null where another process is at it
 * @throws what the database says; what was removed until then stays removed
 */
export async function removeOld(
  database: Pick<Pool, 'connect'>,
  { retentions = RETENTIONS, batch = 1_000, runTime = 60_000 }: RetentionOptions = {},
): Promise<Readonly<Record<string, number>> | null> {
  const client = await database.connect();
  let error: Error | undefined;
  try {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [LOCK]);
    if (!rows[0]?.mine) return null;
    const until = performance.now() + runTime;
    const removed: Record<string, number> = {};
    for (const { name, text } of retentions) removed[name] = await removeBatches(client, text, batch, until);
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
    return removed;
  } catch (cause) {
    error = cause instanceof Error ? cause : new Error('Old rows were not removed.', { cause });
    throw cause;
  } finally {
    // After an error the connection is closed, and the lock goes with it.
    client.release(error);
  }
}

async function removeBatches(client: PoolClient, text: string, batch: number, until: number): Promise<number> {
  let total = 0;
  for (let last = batch; last === batch && performance.now() < until; ) {
    const { rows } = await client.query<{ removed: number }>(text, [batch]);
    last = rows[0]?.removed ?? 0;
    total += last;
  }
  return total;
}

/**
 * Removes what is too old now, and then again and again. A run that fails is logged, and the next tries again.
 * @returns stops it, when the run that is under way has ended
 */
export function startRetention(
  database: Pick<Pool, 'connect'>,
  { interval = 600_000, ...options }: RetentionOptions = {},
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  async function repeat(): Promise<void> {
    while (!signal.aborted) {
      try {
        const removed = await removeOld(database, options);
        const total = Object.values(removed ?? {}).reduce((sum, count) => sum + count, 0);
        if (total > 0) log.info({ removed }, 'old rows were removed');
      } catch (error) {
        log.warn(described(error), 'old rows were not removed; the next run tries again');
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
