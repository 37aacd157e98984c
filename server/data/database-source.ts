import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { AuthEventEntity } from './auth-event/auth-event-entity.ts';
import { StepEntity } from './step/step-entity.ts';
import { TaskEntity } from './task/task-entity.ts';
import { UserEntity } from './user/user-entity.ts';
import { preparePreambles } from './pg/pipelined-query.ts';
import { withTimeout } from './pg/with-timeout.ts';

interface DatabaseSourceOptions {
  /** The API's runtime role: it owns nothing and is held by every policy. */
  readonly url: string;
  /** How many connections at most; 10 unless said otherwise. */
  readonly poolSize?: number;
  /** How long connecting, or waiting for a free connection, may take, in milliseconds; 5 s unless said otherwise. */
  readonly connectionTimeout?: number;
  /** Hears of connections that broke while nobody used them. */
  readonly onIdleError?: (error: Error) => void;
}

/** TypeORM's mapping of the tables and the pool beneath it, connected. */
export interface DatabaseSource {
  readonly mapping: DataSource;
  readonly pool: Pool;
  close(): Promise<void>;
}

/**
 * Connects to the database as the API's role. Connecting, preparing the connection and what TypeORM asks of the database
 * together may take three times `connectionTimeout`: TypeORM's own questions have no time limit.
 * @throws what the database says; {Error} when it does not answer in time
 */
export async function openDatabaseSource({
  url,
  poolSize = 10,
  connectionTimeout = 5_000,
  onIdleError = () => {},
}: DatabaseSourceOptions): Promise<DatabaseSource> {
  /** Those of the start: TypeORM waits for what it asks over them without end. */
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
      idle_in_transaction_session_timeout: 15_000,
      application_name: 'fieldgate-api',
      onConnect(client: PoolClient) {
        if (!mapping.isInitialized) connections.push(client);
        return preparePreambles(client, connectionTimeout);
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
  // The driver keeps its pool in a property that its types call `any`.
  const { master } = mapping.driver as unknown as { readonly master: Pool };
  return { mapping, pool: master, close: () => mapping.destroy() };
}
