import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Says which peers are proxies of ours, whose word about the client we take. */
export type IsTrusted = (address: string) => boolean;

/** `::ffff:192.0.2.1`, as dual-stack sockets name IPv4 peers, without the prefix. */
const plain = (address: string) => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
};

/**
 * Makes the judge of peers.
 * @param proxies addresses or CIDR ranges, as TRUSTED_PROXIES has been found to be
 */
export function trustedProxies(proxies: readonly string[]): IsTrusted {
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
 * The address of who sent a request: the socket's peer, or, through proxies that we trust, the last address in
 * X-Forwarded-For that is none of them. What stands further left anybody may have written, to walk round a limit or
 * to have somebody else blamed.
 * @param peer the socket's remote address
 * @param forwardedFor the X-Forwarded-For header as it came
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, isTrusted: IsTrusted): string {
  const chain = [...(forwardedFor ?? '').split(',').map((hop) => hop.trim()), peer].map(plain);
  let client = plain(peer);
  for (const hop of chain.toReversed()) {
    if (isIP(hop) === 0) return client;
    client = hop;
    if (!isTrusted(hop)) return client;
  }
  return client;
}

/**
 * Returns the address of who sent a request, as `clientAddress` finds it: the one that is limited, logged and recorded.
 * @param request its headers as they came, and its socket
 */
export function requestAddress(
  {
    headers,
    socket,
  }: { readonly headers: IncomingMessage['headers']; readonly socket: { remoteAddress?: string | undefined } },
  isTrusted: IsTrusted,
): string {
  const given = headers['x-forwarded-for'];
  return clientAddress(socket.remoteAddress ?? '', Array.isArray(given) ? given.join(',') : given, isTrusted);
}

/** The groups of an IPv6 address that name its network: a provider hands out a /64 whole (RFC 6177 §2, RFC 7421). */
const NETWORK_GROUPS = 4;

/**
 * The network of an address, which limits count together: an IPv4 address itself, an IPv6 address's /64. Whoever has an
 * IPv6 address has 2^64 of them.
 * @param address as `clientAddress` returns it; anything else is a network of its own
 */
export function clientNetwork(address: string): string {
  const [unscoped = ''] = plain(address).split('%');
  if (!isIPv6(unscoped)) return unscoped;
  // The URL parser writes every spelling in one form (RFC 5952); only `::` is left to be filled in.
  const [head = '', tail] = (URL.parse(`http://[${unscoped}]`)?.hostname.slice(1, -1) ?? '').split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
