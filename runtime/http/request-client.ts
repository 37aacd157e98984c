import { isIP } from 'node:net';

/** The client of a request, as events of the security log name it. */
export interface RequestClient {
  /** The IP address; null if it is unknown. */
  readonly address: string | null;
  /** The User-Agent header, at most 300 characters; null without one. */
  readonly userAgent: string | null;
}

/** The client of work that no request asked for. */
export const NO_CLIENT: RequestClient = { address: null, userAgent: null };

/** The most characters of a User-Agent that sessions and events have; the column of events allows no more. */
export const USER_AGENT_LIMIT = 300;

/** The most characters of an address in the security log: a zone id (`fe80::1%eth0`) has no limit of its own. */
const ADDRESS_LIMIT = 64;

/**
 * Returns the client of a request.
 * @param address as it was received; null in the result if it is no IP address
 * @param userAgent the User-Agent header, if there is one
 */
export function requestClient(address: string, userAgent: string | null | undefined): RequestClient {
  return {
    address: isIP(address) === 0 ? null : address.slice(0, ADDRESS_LIMIT),
    userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
  };
}

/** Returns the client of a request whose X-Forwarded-For is the client's address, as the web process writes it. */
export function clientOf(headers: Headers | undefined): RequestClient {
  return requestClient(headers?.get('x-forwarded-for') ?? '', headers?.get('user-agent'));
}
