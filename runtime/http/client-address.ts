import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Whether an address is that of a trusted proxy, whose X-Forwarded-For is used. */
export type IsTrusted = (address: string) => boolean;

/** Returns an IPv4-mapped address (`::ffff:192.0.2.1`, as dual-stack sockets report IPv4 peers) without its prefix. */
const unmapped = (address: string) => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
};

/**
 * Returns a function that recognizes trusted proxies.
 * @param proxies addresses or CIDR ranges, as TRUSTED_PROXIES has them after validation
 */
export function trustedProxies(proxies: readonly string[]): IsTrusted {
  if (proxies.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of proxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * Returns the address of the client: the socket's peer, or, behind trusted proxies, the last address in X-Forwarded-For
 * that is not a trusted proxy. Addresses further left can be forged, to evade a limit or to incriminate another client.
 * @param peer the socket's remote address
 * @param forwardedFor the X-Forwarded-For header as it was received
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, isTrusted: IsTrusted): string {
  if (forwardedFor === undefined) return unmapped(peer);
  const chain = [...forwardedFor.split(',').map((hop) => hop.trim()), peer].map(unmapped);
  let client = unmapped(peer);
  for (const hop of chain.toReversed()) {
    if (isIP(hop) === 0) return client;
    client = hop;
    if (!isTrusted(hop)) return client;
  }
  return client;
}

/**
 * Returns the client's address of a request (see `clientAddress`): the one that limits, the log and security events use.
 * @param request the received headers, and the socket
 */
export function requestAddress(
  {
    headers,
    socket,
  }: { readonly headers: IncomingMessage['headers']; readonly socket: { remoteAddress?: string | undefined } },
  isTrusted: IsTrusted,
): string {
  const header = headers['x-forwarded-for'];
  return clientAddress(socket.remoteAddress ?? '', Array.isArray(header) ? header.join(',') : header, isTrusted);
}

/** Returns the address of the socket's peer: the client, or the last proxy. */
export function peerAddress({ remoteAddress = '' }: { readonly remoteAddress?: string | undefined }): string {
  return unmapped(remoteAddress);
}

/** How many groups of an IPv6 address are its network: a subscriber gets at least a /64 (RFC 6177 §2, RFC 7421). */
const NETWORK_GROUPS = 4;

/**
 * Returns the network of an address, the unit of limits: an IPv4 address itself, the /64 of an IPv6 address. A client with
 * one IPv6 address has 2^64 of them.
 * @param address as `clientAddress` returns it; any other text is returned unchanged
 */
export function clientNetwork(address: string): string {
  const [unscoped = ''] = unmapped(address).split('%');
  if (!isIPv6(unscoped)) return unscoped;
  // The URL parser normalizes the address (RFC 5952); only `::` has to be expanded.
  const [head = '', tail] = (URL.parse(`http://[${unscoped}]`)?.hostname.slice(1, -1) ?? '').split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
