import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { LimitSettler, type LimitSettlerOptions } from './limit-settler.ts';
import type { LimitStore } from './limit-store.ts';
import { createPostgresLimitStore, readCountSecret } from './postgres-limit-store.ts';

/** Options of `shareLimits`. */
export interface ShareLimitsOptions extends Pick<LimitSettlerOptions, 'onChange'> {
  /** The pool of the API's database, which has the secret, and without `redisUrl` the counts. */
  readonly pool: Pool;
  readonly redisUrl?: string | undefined;
}

/** Creates the settler of this process; the caller adds quotas to it, then starts it. */
export async function shareLimits({ pool, redisUrl, ...options }: ShareLimitsOptions): Promise<LimitSettler> {
  const processId = randomUUID();
  const store =
    redisUrl === undefined
      ? createPostgresLimitStore(pool.options, processId)
      : await openRedisStore(redisUrl, processId);
  return new LimitSettler({ store, readSecret: () => readCountSecret(pool), ...options });
}

/** Loads the Redis client, 478 modules, only where it is used. */
async function openRedisStore(url: string, processId: string): Promise<LimitStore> {
  const { createRedisLimitStore } = await import('./redis-limit-store.ts');
  return createRedisLimitStore(url, processId);
}
