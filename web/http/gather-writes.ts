import type { ServerResponse } from 'node:http';

/** The most milliseconds that bytes of a page wait for those after them. */
const MAX_WAIT = 5;

/** The most bytes that wait: then they are written at once, and the writer learns whether the client reads too slowly. */
const MAX_BYTES = 65_536;

/** A response whose `flush` the package `compression` has added. */
type Flushable = ServerResponse & { flush?: () => void };

/**
 * Makes a response write the pieces that follow each other as one. Next writes a page in many pieces and asks for a flush
 * after each: the compression of each took three tenths of the processor time of /tasks (decision 069). A page that pauses
 * is sent up to the pause. Callbacks of `write` are not called; the package `compression` does not call them either.
 */
export function gatherWrites(response: Flushable): void {
  const write: (bytes: Uint8Array) => boolean = response.write.bind(response);
  const end = response.end.bind(response) as (...values: readonly unknown[]) => ServerResponse;
  const flush = response.flush?.bind(response);
  let pieces: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;

  const take = (): Buffer => {
    clearTimeout(timer);
    timer = undefined;
    const bytes = Buffer.concat(pieces, size);
    pieces = [];
    size = 0;
    return bytes;
  };
  const send = (): boolean => {
    const isWanted = write(take());
    flush?.();
    return isWanted;
  };

  response.flush = () => undefined;
  response.write = (chunk: unknown, encoding?: unknown): boolean => {
    // As before: the status is final with the first piece.
    if (!response.headersSent) response.writeHead(response.statusCode);
    const piece = bytesOf(chunk, encoding);
    pieces.push(piece);
    size += piece.length;
    if (size >= MAX_BYTES) return send();
    timer ??= setTimeout(send, MAX_WAIT);
    return true;
  };
  response.end = ((...values: readonly unknown[]) => {
    if (size > 0) write(take());
    return end(...values);
  }) as ServerResponse['end'];
  response.once('close', take);
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk as Uint8Array;
}
