import type { IncomingHttpHeaders } from 'node:http';
import { type IsTrusted, requestAddress } from '../../runtime/http/client-address.ts';

/** Headers in which somebody says where a request came from; only X-Forwarded-For of a trusted peer is ever read. */
const FORWARDED_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-middleware-subrequest',
] as const;

/**
 * Replaces what a request claims about its way here by what we know: the client's address from the socket (or a
 * trusted proxy), the host and the scheme from our own setting. Everything behind, Next and Better Auth, can then
 * believe these headers: no forged Host ends up in a redirect, and no forged address walks round a limit.
 * @param headers changed in place
 * @param peer the socket's remote address
 * @param webUrl the web app's own origin
 */
export function replaceForwardedHeaders(
  headers: IncomingHttpHeaders,
  peer: string,
  { webUrl, isTrusted }: { webUrl: URL; isTrusted: IsTrusted },
): void {
  const address = requestAddress({ headers, socket: { remoteAddress: peer } }, isTrusted);
  for (const name of FORWARDED_HEADERS) delete headers[name];
  headers.host = webUrl.host;
  headers['x-forwarded-for'] = address;
  headers['x-forwarded-host'] = webUrl.host;
  headers['x-forwarded-proto'] = webUrl.protocol.slice(0, -1);
}
