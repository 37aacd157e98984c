import type { IncomingMessage } from 'node:http';
import { ServerResponse } from './node-http.ts';

/**
 * A response that reports how many bytes of its body this process buffers because the client has not read them. Node's
 * `writableLength` has the same number, but must be polled: with thousands of connections, summing it for each request
 * would cost more than the request.
 */
export class MeteredResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** Called with each change of the number of buffered bytes. */
  onBufferedChange: ((change: number) => void) | undefined;

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const size = this.#addBuffered(chunk, rest[0]);
    const onWritten = rest.find((each) => typeof each === 'function');
    const callback = (error?: Error | null) => {
      this.onBufferedChange?.(-size);
      if (typeof onWritten === 'function') onWritten(error);
    };
    return super.write(chunk, typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8', callback);
  }

  /** Counts the last chunk as buffered. It stays so until `finish` or `close`, when `Connections` releases the exchange. */
  override end(...args: unknown[]): this {
    this.#addBuffered(args[0], args[1]);
    return super.end(...(args as Parameters<InstanceType<typeof ServerResponse>['end']>));
  }

  #addBuffered(chunk: unknown, encoding: unknown): number {
    const size = sizeOf(chunk, encoding);
    if (size > 0) this.onBufferedChange?.(size);
    return size;
  }
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
