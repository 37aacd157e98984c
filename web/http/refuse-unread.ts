import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Overload } from '../../runtime/http/connections.ts';
import { framingRefusal, overloadRefusal } from '../../runtime/http/http-refusals.ts';

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
