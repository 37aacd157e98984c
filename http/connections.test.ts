import { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Connections, TRAFFIC_LIMITS } from './connections.ts';

/** A connection from an address. */
function socketFrom(remoteAddress: string): Socket {
  const socket = new Socket();
  onTestFinished(() => void socket.destroy());
  return Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
}

describe('the connections of one network', () => {
  const limits = { ...TRAFFIC_LIMITS, connectionsPerAddress: 2 };
  /** Which of the connections from these addresses, one after the other, are closed without a word. */
  function closed(addresses: readonly string[], proxies: readonly string[] = []): readonly boolean[] {
    const connections = new Connections(proxies, limits);
    return addresses.map((address) => {
      const socket = socketFrom(address);
      connections.add(socket);
      return socket.destroyed;
    });
  }
  const NONE = [false, false, false, false];

  test.each([
    ['an IPv4 address', ['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1'], '::ffff:192.0.2.1', '192.0.2.2'],
    [
      'an IPv6 /64',
      ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::', '2001:db8::3%eth0'],
      '2001:db8::4',
      '2001:db8:0:1::1',
    ],
  ])('are counted together: %s', (_, addresses, same, other) => {
    expect(closed([...addresses, same, other])).toEqual([...NONE, true, false]);
  });

  test('are not counted when it is that of a trusted proxy', () => {
    expect(
      closed(
        Array.from({ length: 8 }, () => '2001:db8::1'),
        ['2001:db8::/64'],
      ),
    ).toEqual([...NONE, ...NONE]);
  });
});
