import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Connects from a local address, 127.0.0.1 by default, and sends bytes. */
export function sendTo(port: number, bytes: string, address = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: address }, () => socket.write(bytes));
  onTestFinished(() => void socket.destroy());
  // Many tests expect the server to close the connection.
  return socket.on('error', () => {});
}

/** A response read from a socket. */
export interface RawResponse {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes that an HTTP client would not, and reads until the server closes the connection. */
export function sendRawRequest(url: string, request: string | Uint8Array): Promise<RawResponse> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setEncoding('utf8').on('data', (data) => (text += data));
    socket.on('error', reject).on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2);
      resolve({ status: Number(head.split(' ')[1]), head: head.toLowerCase(), body });
    });
  });
}

/** Returns a POST to /graphql as text, with these header lines. */
export function postRequestText(lines: readonly string[], body = '{"query":"{ status { ok } }"}'): string {
  const head = ['POST /graphql HTTP/1.1', 'host: api', 'connection: close', 'content-type: application/json'];
  return [...head, `content-length: ${Buffer.byteLength(body)}`, ...lines, '', body].join('\r\n');
}
