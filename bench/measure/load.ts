import net from 'node:net';

/** A request as bytes, and the answer that it must get. */
export interface Exchange {
  readonly request: Buffer;
  readonly status: number;
  /** The body, byte for byte; null where it differs each time: then it has to begin with data, not with errors. */
  readonly body: Buffer | null;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const SILENCE_MILLISECONDS = 15_000;

/** A client of one server: several connections that stay open, each with one request under way. */
export interface Load {
  /** Sends `count` exchanges, the next as soon as one was answered; resolves with the milliseconds it took. */
  run(exchanges: readonly Exchange[], count: number): Promise<number>;
  /** Sends one request. */
  ask(request: Buffer): Promise<RawAnswer>;
  close(): void;
}

/**
 * Connects to a server on this machine. Hand-written, so that it takes little of the processor that it shares.
 * @param connections how many requests are under way at once
 * @throws {Error} by `run` and `ask` when an answer is not what it must be, or does not come for 15 s
 */
export async function connectLoad(port: number, connections: number): Promise<Load> {
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(port)));
  const [first] = lines as [Line];
  return {
    async run(exchanges, count) {
      let next = 0;
      const began = performance.now();
      await Promise.all(
        lines.map(async (line) => {
          while (next < count) {
            const exchange = exchanges[next++ % exchanges.length] as Exchange;
            check(exchange, await line.ask(exchange.request));
          }
        }),
      );
      return performance.now() - began;
    },
    ask: (request) => first.ask(request),
    close: () => {
      for (const line of lines) line.close();
    },
  };
}

function check({ status, body }: Exchange, answer: RawAnswer): void {
  const isRight = body === null ? answer.body.indexOf('{"data":{') === 0 : answer.body.equals(body);
  if (answer.status === status && isRight) return;
  throw new Error(
    `Expected ${status} ${body?.toString() ?? ''}\nand was answered ${answer.status} ${answer.body.toString()}`,
  );
}

/** One connection. */
interface Line {
  ask(request: Buffer): Promise<RawAnswer>;
  close(): void;
}

async function openLine(port: number): Promise<Line> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let waiting: { resolve(answer: RawAnswer): void; reject(error: Error): void } | undefined;
  let received: Buffer = Buffer.alloc(0);
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    waiting?.reject(failure);
    waiting = undefined;
    socket.destroy();
  };
  socket.setTimeout(SILENCE_MILLISECONDS, () => fail(new Error(`No answer for ${SILENCE_MILLISECONDS / 1_000} s.`)));
  socket.on('error', fail).on('close', () => fail(new Error('The server closed the connection.')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === null) return;
    received = received.subarray(answer.length);
    const asked = waiting;
    waiting = undefined;
    asked?.resolve(answer);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** A whole answer from the start of what has come; null while a part is missing. */
export function readAnswer(received: Buffer): (RawAnswer & { readonly length: number }) | null {
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
