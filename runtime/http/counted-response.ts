import { type IncomingMessage, ServerResponse } from 'node:http';

/**
 * A response that says how many bytes of its body this process holds because the client has not yet taken them. Node's
 * own `writableLength` says the same, but has to be asked: with thousands of connections a sum for each request would
 * cost more than the request.
 */
export class CountedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** Hears by how many bytes the amount has changed. */
  onHeld: ((change: number) => void) | undefined;

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const size = this.#hold(chunk, rest[0]);
    const given = rest.find((each) => typeof each === 'function');
    const callback = (error?: Error | null) => {
      this.onHeld?.(-size);
      if (typeof given === 'function') given(error);
    };
    return super.write(chunk, typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8', callback);
  }

  /** What is given here is held until `finish` or `close`: its owner forgets all of it then. */
  override end(...given: unknown[]): this {
    this.#hold(given[0], given[1]);
    return super.end(...(given as Parameters<ServerResponse['end']>));
  }

  #hold(chunk: unknown, encoding: unknown): number {
    const size = sizeOf(chunk, encoding);
    if (size > 0) this.onHeld?.(size);
    return size;
  }
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
