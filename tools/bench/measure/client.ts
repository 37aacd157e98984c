import http from 'node:http';
import https from 'node:https';

/** A request of a benchmark. */
export interface ClientRequest {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The response, read to its end. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** An HTTP client; by default it keeps its connections open until it is closed. */
export interface Client {
  /**
   * Sends a request.
   * @throws {Error} with the system's error code when the connection fails, or `ETIMEDOUT` after 30 s without a response
   */
  send(request: ClientRequest): Promise<ClientResponse>;
  close(): void;
}

const SILENCE_MILLISECONDS = 30_000;

/**
 * Creates a client.
 * @param connections maximum number of concurrent requests; others wait
 * @param keepAlive whether connections are used again; default true
 * @param tls the certificate and the name of a server whose URLs are https; default those of the URL
 */
export function createClient(connections: number, keepAlive = true, tls?: https.AgentOptions): Client {
  const options = { keepAlive, maxSockets: connections };
  const agent = tls === undefined ? new http.Agent(options) : new https.Agent({ ...options, ...tls });
  const { request: open } = tls === undefined ? http : https;
  return {
    send: ({ method = 'GET', url, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const type = body === undefined ? {} : { 'content-type': 'application/json' };
        const request = open(url, { method, agent, headers: { ...type, ...headers } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0, headers: received } = response;
            resolve({ status, headers: received, text: Buffer.concat(chunks).toString() });
          });
        });
        request.setTimeout(SILENCE_MILLISECONDS, () =>
          request.destroy(
            Object.assign(new Error(`No response for ${SILENCE_MILLISECONDS / 1_000} s.`), { code: 'ETIMEDOUT' }),
          ),
        );
        request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}
