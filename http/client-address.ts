import { BlockList, isIP, isIPv4 } from 'node:net';

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
