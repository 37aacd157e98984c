import { Pool } from 'pg';
import type { ReadBatchOptions } from '../pg/read-batches.ts';
import type { ViewerDatabase } from '../pg/viewer-database.ts';
import { readWritePosition } from '../pg/server-position.ts';
import { withTimeout } from '../pg/with-timeout.ts';
import { createReadRouter, type ReadRouter, type ReadRouterOptions } from './read-router.ts';
import { Replica, type ReplicaChange } from './replica.ts';
import { ReplicaLag } from './replica-lag.ts';
import { createPositionSealer } from './sealed-position.ts';
import { parseWalPosition } from './wal-position.ts';

/** Maximum number of connections to a replica. */
const POOL_SIZE = 10;
/** Time limit for connecting or waiting for a free connection, in milliseconds; then the query runs on the primary. */
const CONNECTION_TIMEOUT = 1_000;

/** Options of `openReadRouter`. */
export interface OpenReadRouterOptions extends Pick<ReadRouterOptions, 'now' | 'onRead'> {
  /** Connection strings of the replicas: API_READ_DATABASE_URL. */
  readonly urls: readonly string[];
  /** POSITION_SECRET. */
  readonly secret: string;
  readonly primary: ViewerDatabase;
  /** Rejects if row-level security does not hold on a replica, or it is no replica of the primary. */
  assertSafe(replica: Pool): Promise<void>;
  onReplica(change: ReplicaChange): void;
  /** How statements share connections; see `ReadBatches`. */
  readonly batches?: ReadBatchOptions;
}

/** A router whose connections are open. */
export interface OpenReadRouter extends ReadRouter {
  /** Resolves to the seconds by which each replica is behind, by host and port; asks all servers. */
  lag(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/**
 * Connects to the replicas and checks each. One that is away or not safe is reported and checked again later; it does not
 * keep the API from starting.
 */
export async function openReadRouter({
  urls,
  secret,
  primary,
  now,
  onRead,
  assertSafe,
  onReplica,
  batches,
}: OpenReadRouterOptions): Promise<OpenReadRouter> {
  const replicas = urls.map(
    (url) =>
      new Replica({
        name: new URL(url).host,
        pool: new Pool({
          connectionString: url,
          max: POOL_SIZE,
          connectionTimeoutMillis: CONNECTION_TIMEOUT,
          keepAlive: true,
          application_name: 'fieldgate-api',
        }),
        assertSafe,
        onChange: onReplica,
        batches,
      }),
  );
  await Promise.all(replicas.map((replica) => replica.check()));
  const router = createReadRouter({ primary, replicas, sealer: createPositionSealer(secret, now), now, onRead });
  // A connection to a server that hangs does not end.
  const close = () =>
    withTimeout(CONNECTION_TIMEOUT, Promise.all(replicas.map((replica) => replica.close()))).then(
      () => undefined,
      () => undefined,
    );
  const primaryPosition = () =>
    primary.ask(readWritePosition).then(
      (position) => parseWalPosition(position),
      () => null,
    );
  const lag = new ReplicaLag({ primaryPosition, replicas });
  return { ...router, lag: () => lag.seconds(), close };
}
