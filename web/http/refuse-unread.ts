import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Overload } from '../../http/connections.ts';
import { framingFault } from '../../http/framing.ts';

/** With what a request is refused. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers a request of which nothing should be read: its body is written in a way that this server does not read, or too
 * much is held for clients that do not read their answers. In the form in which Better Auth refuses.
 * @param headers those of every answer
 * @param overload whose limit is reached
 * @returns whether it was answered
 */
export function refuseUnread(
  request: IncomingMessage,
  response: ServerResponse,
  { headers, overload }: { readonly headers: Headers; readonly overload: Overload | null },
): boolean {
  const refusal = overload === null ? framingRefusal(request) : OVERLOADED[overload];
  if (refusal === null) return false;
  const body = JSON.stringify({ code: refusal.code, message: refusal.message });
  response.setHeaders(headers);
  response.writeHead(refusal.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...refusal.headers,
  });
  response.end(body);
  return true;
}

const OVERLOADED: Readonly<Record<Overload, Refusal>> = {
  caller: {
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many requests at once. Please try again in a moment.',
    headers: { 'retry-after': '1' },
  },
  server: {
    status: 503,
    code: 'UNAVAILABLE',
    message: 'The service cannot answer right now. Please try again in a moment.',
    headers: { 'retry-after': '1' },
  },
};

function framingRefusal(request: IncomingMessage): Refusal | null {
  switch (framingFault(request)) {
    case 'transfer-encoding':
      return {
        status: 400,
        code: 'BAD_REQUEST',
        message: 'Send no Transfer-Encoding but one `chunked`.',
        // Nobody knows where such a request ends: what follows it is not read as the next one.
        headers: { connection: 'close' },
      };
    case 'content-encoding':
      return {
        status: 415,
        code: 'UNSUPPORTED_MEDIA_TYPE',
        message: 'Send the body without a Content-Encoding.',
        headers: { 'accept-encoding': 'identity' },
      };
    case null:
      return null;
  }
}
