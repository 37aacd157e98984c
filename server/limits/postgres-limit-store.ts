import { Pool, type PoolConfig } from 'pg';
import { Connection } from '../data/pg/connection.ts';
import type { Statement } from '../data/pg/pipelined-query.ts';
import { type LimitStore, STORE_TIMEOUT } from './limit-store.ts';

const SETTLE: Statement = {
  name: 'settle_requests',
  text: `select at_ms, processes, balances, grants from app.settle_requests($1, $2::text[]::bytea[], $3, $4, $5, $6, $7)`,
};

interface Row {
  readonly at_ms: number;
  readonly processes: number;
  readonly balances: readonly number[] | null;
  readonly grants: readonly number[] | null;
}

/**
 * Creates the store of counts in PostgreSQL. It has a connection of its own: requests that wait for the pool's connections
 * must not keep the limits from being settled.
 * @param options of the pool whose database is used
 * @param processId a UUID of this process
 */
export function createPostgresLimitStore(options: PoolConfig, processId: string): LimitStore {
  const pool = new Pool({ ...options, min: 0, max: 1, connectionTimeoutMillis: STORE_TIMEOUT });
  // A connection that breaks while it is idle; the next settlement opens another.
  pool.on('error', () => {});
  return {
    name: 'postgresql',
    async settle(claims) {
      const deadline = { clientGone: null, expiresAt: performance.now() + 2 * STORE_TIMEOUT };
      const connection = await Connection.acquire(pool, { response: STORE_TIMEOUT, cancelGrace: 0 }, deadline);
      try {
        const values = [
          processId,
          claims.map(({ key }) => `\\x${key.toString('hex')}`),
          ...(['usedUpAt', 'spent', 'wanted', 'step', 'most'] as const).map((name) =>
            claims.map((claim) => claim[name]),
          ),
        ];
        const { rows } = await connection.execute<Row>([], SETTLE, values, deadline);
        const [row] = rows;
        if (row === undefined) throw new Error('settle_requests returned no row.');
        const { at_ms: clock, processes, balances, grants } = row;
        const answers = (balances ?? []).map((usedUpAt, index) => ({ usedUpAt, granted: grants?.[index] ?? 0 }));
        return { clock, processes, answers };
      } finally {
        connection.release();
      }
    },
    close: () => pool.end(),
  };
}

/** Reads the secret with which the keys of counts are hashed. */
export async function readCountSecret(pool: Pool): Promise<Buffer> {
  const { rows } = await pool.query<{ secret: Buffer }>('select app.read_request_secret() as secret');
  const [row] = rows;
  if (row === undefined) throw new Error('read_request_secret returned no row.');
  return row.secret;
}
