import { Socket } from 'node:net';
import { Client } from 'pg';

/** Default time limit for connecting, in milliseconds. */
const CONNECTION_TIMEOUT = 10_000;

/** Time limits of a connection. */
export interface ClientOptions {
  /** `statement_timeout`, in milliseconds. Default: the server's. */
  readonly statementTimeout?: number | undefined;
  /** Time limit for connecting, in milliseconds. Default: 10,000. */
  readonly connectionTimeout?: number | undefined;
  /** Destroys the connection at once when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a connection, runs `work` with it, and closes it.
 * @param url the connection string
 * @throws what connecting or `work` throws; the signal's reason if it aborted
 */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  { statementTimeout, connectionTimeout = CONNECTION_TIMEOUT, signal }: ClientOptions = {},
): Promise<T> {
  signal?.throwIfAborted();
  // `end()` does not end a client that is connecting or waits for an answer; destroying its socket does.
  const socket = new Socket();
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectionTimeout,
    stream: () => socket,
    ...(statementTimeout !== undefined && { statement_timeout: statementTimeout }),
  });
  // The statement in progress rejects with the error; without a listener the event would end the process.
  client.on('error', () => {});
  const destroySocket = () => void socket.destroy();
  signal?.addEventListener('abort', destroySocket, { once: true });
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', destroySocket);
    await client.end();
  }
}
