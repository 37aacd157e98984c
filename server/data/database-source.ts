import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { AuthEventEntity } from './auth-event/auth-event-entity.ts';
import { StepEntity } from './step/step-entity.ts';
import { TaskEntity } from './task/task-entity.ts';
import { UserEntity } from './user/user-entity.ts';
import { withTimeout } from './pg/with-timeout.ts';

interface DatabaseSourceOptions {
  /** Connection string of the API's runtime role, which owns nothing and is subject to every policy. */
  readonly url: string;
  /** Maximum number of connections. Default: 10. */
  readonly poolSize?: number;
  /** Time limit for connecting or waiting for a free connection, in milliseconds. Default: 5,000. */
  readonly connectionTimeout?: number;
  /** Called with the error when an idle connection breaks. */
  readonly onIdleError?: (error: Error) => void;
}

/** TypeORM's mapping of the tables, and its connection pool. */
export interface DatabaseSource {
  readonly mapping: DataSource;
  readonly pool: Pool;
  close(): Promise<void>;
}

/**
 * Connects to the database as the API's role. The time limit for connecting and TypeORM's initial queries together
 * is three times `connectionTimeout`; TypeORM sets none for its queries.
 * @throws PostgreSQL's error; {Error} on timeout
 */
export async function openDatabaseSource({
  url,
  poolSize = 10,
  connectionTimeout = 5_000,
  onIdleError = () => {},
}: DatabaseSourceOptions): Promise<DatabaseSource> {
  /**
   * Connections opened during initialization; destroyed on failure, because TypeORM waits on them without a time limit.
   */
  let connections: PoolClient[] = [];
  const mapping = new DataSource({
    type: 'postgres',
    url,
    entities: [AuthEventEntity, StepEntity, TaskEntity, UserEntity],
    installExtensions: false,
    synchronize: false,
    poolErrorHandler: onIdleError,
    extra: {
      max: poolSize,
      connectionTimeoutMillis: connectionTimeout,
      // No other parameter, and no statement when a connection opens: a pooler in transaction mode refuses the one, and
      // runs the other on one server connection of many. The role's default settings apply (admin/session-settings.ts).
      application_name: 'fieldgate-api',
      onConnect(client: PoolClient) {
        if (!mapping.isInitialized) connections.push(client);
      },
    },
  });
  try {
    await withTimeout(3 * connectionTimeout, mapping.initialize());
  } catch (error) {
    for (const client of connections) client.connection.stream.destroy();
    throw error;
  }
  connections = [];
  // TypeORM's driver types its pool as `any`.
  const { master } = mapping.driver as unknown as { readonly master: Pool };
  return { mapping, pool: master, close: () => mapping.destroy() };
}
