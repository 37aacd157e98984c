import type { IncomingHttpHeaders } from 'node:http';
import { type IsTrusted, requestAddress } from '../../runtime/http/client-address.ts';

/** Headers that claim where a request came from; only X-Forwarded-For of a trusted proxy is read. */
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
 * Replaces a request's claims about its origin by verified values: the client's address from the socket (or a trusted
 * proxy), host and scheme from the setting. Next and Better Auth can then trust these headers: a forged Host cannot get
 * into a redirect, and a forged address cannot evade a rate limit.
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
