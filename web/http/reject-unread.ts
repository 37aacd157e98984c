import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Overload } from '../../runtime/http/connections.ts';
import { framingRefusal, overloadRefusal } from '../../runtime/http/http-refusals.ts';

/**
 * Rejects a request without reading its body, in Better Auth's error format: the body has an unsupported encoding, or
 * too many bytes are buffered for clients that do not read their responses.
 * @param headers the headers of every response
 * @param overload the limit that is reached, if any
 * @returns whether it has answered the request
 */
export function rejectUnread(
  request: IncomingMessage,
  response: ServerResponse,
  { headers, overload }: { readonly headers: Headers; readonly overload: Overload | null },
): boolean {
  const refusal = overloadRefusal(overload) ?? framingRefusal(request);
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
