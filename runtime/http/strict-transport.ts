import { BlockList, isIP } from 'node:net';

/** Two years, as the preload lists of browsers require (RFC 6797). */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/** The loopback addresses (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns the value of `Strict-Transport-Security` for the responses of an origin; null for an origin that must not send
 * it. Browsers ignore the header on plain http. A loopback host must not send it even on https: for two years, the browser
 * would refuse plain http on every port of `localhost`, and so every other project on this machine.
 * @param origin the public origin of the process
 */
export function strictTransport(origin: string | URL): string | null {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' && !isLoopbackHost(hostname) ? STRICT_TRANSPORT : null;
}

/** @param hostname as the URL parser returns it: lower case, an IPv6 address in brackets */
function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  // RFC 6761 §6.3: `localhost` and every name below it are loopback.
  return family === 0 ? /(?:^|\.)localhost$/.test(host) : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
