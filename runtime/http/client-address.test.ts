import { describe, expect, test } from 'vitest';
import { clientAddress, clientNetwork, trustedProxies } from './client-address.ts';

describe('clientAddress', () => {
  const none = trustedProxies([]);
  const proxies = trustedProxies(['10.0.0.0/8', '2001:db8::1']);

  test.each([
    ['the peer, without a header', '203.0.113.7', undefined, none, '203.0.113.7'],
    ['an IPv4-mapped peer as IPv4', '::ffff:203.0.113.7', undefined, none, '203.0.113.7'],
    ['the peer, without trusted proxies', '203.0.113.7', '198.51.100.1', none, '203.0.113.7'],
    ['a peer that is not a trusted proxy', '203.0.113.7', '198.51.100.1', proxies, '203.0.113.7'],
    ['the client, through one proxy', '10.0.0.1', '198.51.100.1', proxies, '198.51.100.1'],
    ['the client, through two proxies', '2001:db8::1', '198.51.100.1, 10.2.3.4', proxies, '198.51.100.1'],
    [
      'the peer of the first proxy, not the address that the client claims',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1',
      proxies,
      '198.51.100.1',
    ],
    ['an IPv6 client', '10.0.0.1', '2001:db8::99', proxies, '2001:db8::99'],
    ['the proxy, without a header', '10.0.0.1', undefined, proxies, '10.0.0.1'],
    ['the proxy, if the header is not an address', '10.0.0.1', 'unknown', proxies, '10.0.0.1'],
    ['the last valid address before an invalid one', '10.0.0.1', '1.1.1.1, <script>, 10.0.0.2', proxies, '10.0.0.2'],
  ])('returns %s', (_, peer, forwardedFor, isTrusted, expected) => {
    expect(clientAddress(peer, forwardedFor, isTrusted)).toBe(expected);
  });
});

describe('clientNetwork', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::1:0:0:1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::203.0.113.7', '2001:db8:1:2::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  // covers: ACCOUNT-04
  test('returns one network for all addresses of a /64, and another for each /64', () => {
    const hosts = Array.from({ length: 64 }, (_, bit) => {
      const host = (1n << BigInt(bit)).toString(16).padStart(16, '0').match(/.{4}/g) ?? [];
      return `2001:db8:1:2:${host.join(':')}`;
    });
    expect(new Set(hosts.map(clientNetwork))).toEqual(new Set(['2001:db8:1:2::/64']));
    const networks = Array.from({ length: 64 }, (_, bit) => {
      const network = (1n << BigInt(bit)).toString(16).padStart(16, '0').match(/.{4}/g) ?? [];
      return `${network.join(':')}::1`;
    });
    expect(new Set(networks.map(clientNetwork)).size).toBe(64);
  });
});
