import { Client } from 'pg';

/** How long connecting may take, in milliseconds. */
const CONNECTION_TIMEOUT = 10_000;

/**
 * Does something over a connection of its own, and hangs up.
 * @param url the connection string
 * @param statementTimeout how long one statement may run, in milliseconds; as the server has it unless said otherwise
 * @throws what connecting or `work` throws
 */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  statementTimeout?: number,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    ...(statementTimeout !== undefined && { statement_timeout: statementTimeout }),
  });
  // What breaks is told by the statement that it breaks: unheard, it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
