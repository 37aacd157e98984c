import net from 'node:net';

/** A request as bytes, and the answer that it must get. */
export interface Exchange {
  readonly request: Buffer;
  readonly status: number;
  /** The body, byte for byte; null where it differs each time: then it has to begin with data, not with errors. */
  readonly body: Buffer | null;
}

/** An answer as it came. */
export interface RawResponse {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const SILENCE_MILLISECONDS = 15_000;

/** A client of one server: several connections that stay open, each with one request under way. */
export interface LoadClient {
  /** Sends `count` exchanges, the next as soon as one was answered; resolves with the milliseconds it took. */
  run(exchanges: readonly Exchange[], count: number): Promise<number>;
  /** Sends one request. */
  send(request: Buffer): Promise<RawResponse>;
  close(): void;
}

/**
 * Connects to a server on this machine. Hand-written, so that it takes little of the processor that it shares.
 * @param connectionCount how many requests are under way at once
 * @throws {Error} by `run` and `ask` when an answer is not what it must be, or does not come for 15 s
 */
export async function connectLoadClient(port: number, connectionCount: number): Promise<LoadClient> {
  const connections = await Promise.all(Array.from({ length: connectionCount }, () => openConnection(port)));
  const [first] = connections as [Connection];
  return {
    async run(exchanges, count) {
      let next = 0;
      const startedAt = performance.now();
      await Promise.all(
        connections.map(async (connection) => {
          while (next < count) {
            const exchange = exchanges[next++ % exchanges.length] as Exchange;
            check(exchange, await connection.send(exchange.request));
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
    `Expected ${status} ${body?.toString() ?? ''}\nand was answered ${response.status} ${response.body.toString()}`,
  );
}

/** One connection. */
interface Connection {
  send(request: Buffer): Promise<RawResponse>;
  close(): void;
}

async function openConnection(port: number): Promise<Connection> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let pending: { resolve(response: RawResponse): void; reject(error: Error): void } | undefined;
  let received: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    pending?.reject(failure);
    pending = undefined;
    socket.destroy();
  };
  socket.setTimeout(SILENCE_MILLISECONDS, () => fail(new Error(`No answer for ${SILENCE_MILLISECONDS / 1_000} s.`)));
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
    socket.once('connect', resolve).once('error', reject);
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

/** A whole answer from the start of what has come; null while a part is missing. */
export function parseResponse(received: Buffer): (RawResponse & { readonly length: number }) | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = received.toString('latin1', 0, headEnd);
  const size = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (size === undefined) throw new Error(`An answer without Content-Length:\n${head}`);
  const start = headEnd + HEAD_END.length;
  const length = start + Number(size);
  if (received.length < length) return null;
  return { status: Number(head.slice(9, 12)), body: received.subarray(start, length), length };
}
