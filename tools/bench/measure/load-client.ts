import net from 'node:net';
import tls from 'node:tls';

/** A request as bytes, and the expected response. */
export interface Exchange {
  readonly request: Buffer;
  readonly status: number;
  /** The exact body; null if it differs each time: then it must begin with data, not with errors. */
  readonly body: Buffer | null;
}

/** A received response. */
export interface RawResponse {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const SILENCE_MILLISECONDS = 15_000;

/** A client of one server: several kept connections, each with one request at a time. */
export interface LoadClient {
  /**
   * Sends `count` requests, the next after each response; resolves with the elapsed milliseconds.
   * @param latencies receives the milliseconds of each request. Default: not measured
   */
  run(exchanges: readonly Exchange[], count: number, latencies?: number[]): Promise<number>;
  /** Sends one request. */
  send(request: Buffer): Promise<RawResponse>;
  close(): void;
}

/**
 * Connects to a server on this machine. Minimal, because it shares the processor with the server.
 * @param secure the certificate and the name of a server that speaks TLS; default plain TCP
 * @param connectionCount number of concurrent requests
 * @throws {Error} from `run` and `ask` when a response is not the expected one, or does not arrive within 15 s
 */
export async function connectLoadClient(
  port: number,
  connectionCount: number,
  secure?: tls.ConnectionOptions,
): Promise<LoadClient> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => openConnection(port, secure)));
  const [first] = connections as [Connection];
  return {
    async run(exchanges, count, latencies) {
      let next = 0;
      const startedAt = performance.now();
      await Promise.all(
        connections.map(async (connection) => {
          while (next < count) {
            const exchange = exchanges[next++ % exchanges.length] as Exchange;
            const sentAt = latencies === undefined ? 0 : performance.now();
            check(exchange, await connection.send(exchange.request));
            latencies?.push(performance.now() - sentAt);
          }
        }),
      );
      return performance.now() - startedAt;
    },
    send: (request) => first.send(request),
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

function check({ status, body }: Exchange, response: RawResponse): void {
  const isExpected = body === null ? response.body.indexOf('{"data":{') === 0 : response.body.equals(body);
  if (response.status === status && isExpected) return;
  throw new Error(
    `Expected ${status} ${body?.toString() ?? ''}\nbut received ${response.status} ${response.body.toString()}`,
  );
}

/** One connection. */
interface Connection {
  send(request: Buffer): Promise<RawResponse>;
  close(): void;
}

async function openConnection(port: number, secure?: tls.ConnectionOptions): Promise<Connection> {
  const address = { port, host: '127.0.0.1', noDelay: true };
  const socket = secure === undefined ? net.connect(address) : tls.connect({ ...address, ...secure });
  let pending: { resolve(response: RawResponse): void; reject(error: Error): void } | undefined;
  let received: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    pending?.reject(failure);
    pending = undefined;
    socket.destroy();
  };
  socket.setTimeout(SILENCE_MILLISECONDS, () => fail(new Error(`No response for ${SILENCE_MILLISECONDS / 1_000} s.`)));
  socket.on('error', fail).on('close', () => fail(new Error('The server closed the connection.')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const response = parseResponse(received);
    if (response === null) return;
    received = received.subarray(response.length);
    const current = pending;
    pending = undefined;
    current?.resolve(response);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(secure === undefined ? 'connect' : 'secureConnect', resolve).once('error', reject);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        pending = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** Parses a complete response at the start of the received bytes; null while a part is missing. */
export function parseResponse(received: Buffer): (RawResponse & { readonly length: number }) | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = received.toString('latin1', 0, headEnd);
  const size = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (size === undefined) throw new Error(`A response without Content-Length:\n${head}`);
  const start = headEnd + HEAD_END.length;
  const length = start + Number(size);
  if (received.length < length) return null;
  return { status: Number(head.slice(9, 12)), body: received.subarray(start, length), length };
}
