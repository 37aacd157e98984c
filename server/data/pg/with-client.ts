import { Socket } from 'node:net';
import { Client } from 'pg';

/** How long connecting may take, in milliseconds. */
const CONNECTION_TIMEOUT = 10_000;

/** For how long a connection waits. */
export interface ClientOptions {
  /** How long one statement may run, in milliseconds. Default: as the server has it. */
  readonly statementTimeout?: number | undefined;
  /** How long connecting may take, in milliseconds. Default: 10,000. */
  readonly connectionTimeout?: number | undefined;
  /** Hangs up at once when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does something over a connection of its own, and hangs up.
 * @param url the connection string
 * @throws what connecting or `work` throws; the signal's reason where it was aborted
 */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  { statementTimeout, connectionTimeout = CONNECTION_TIMEOUT, signal }: ClientOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  // Our own socket: a client that still connects, or waits for an answer, is not ended by `end`.
  const socket = new Socket();
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectionTimeout,
    stream: () => socket,
    ...(statementTimeout !== undefined && { statement_timeout: statementTimeout }),
  });
  // What breaks is told by the statement that it breaks: unheard, it would end the process.
  client.on('error', () => {});
  const hangUp = () => void socket.destroy();
  signal?.addEventListener('abort', hangUp, { once: true });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', hangUp);
    await client.end();
  }
}
