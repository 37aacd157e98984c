import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isLoopbackAddress } from '../../runtime/settings.ts';
import { systemErrorCode, OperatorError } from './operator-error.ts';

const CONNECT_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 200;

/**
 * Below the ephemeral ranges (Linux: from 32,768): an outgoing connection of any program may take a port of those before the
 * caller listens on it.
 */
const FREE_PORTS = { from: 15_000, to: 32_000 };
const MAX_ATTEMPTS = 1_000;

/**
 * Returns a port that no program uses, at random from 15,000 to 31,999.
 * @throws {OperatorError} if a thousand of them are taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    if (await isPortFree(port, '127.0.0.1')) return port;
  }
  throw new OperatorError('No free port was found: end programs that listen on many ports.');
}

/**
 * Whether this process could listen on a port.
 * @param host an address. Default: all addresses
 * @throws the system's error if this user may not use the port (`EACCES`)
 */
export async function isPortFree(port: number, host?: string): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EADDRINUSE') return false;
    // This machine has no such address, for example no IPv6: no program can listen on it.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return true;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Whether a program on this machine accepts connections on a port. */
export function acceptsConnections(port: number): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1', timeout: CONNECT_MILLISECONDS });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('timeout', () => resolve(false));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

/**
 * Returns the URL at which this machine reaches a server.
 * @param host the IP address on which it listens. `localhost` stands for loopback addresses and for all addresses
 */
export function localUrl(host: string, port: number): string {
  if (['0.0.0.0', '::'].includes(host) || isLoopbackAddress(host)) return `http://localhost:${port}`;
  return `http://${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Checks that this process can listen on each port.
 * @param ports the ports by the name of their setting
 * @param waitMilliseconds how long to wait for ports that are in use, in milliseconds. Default: 0
 * @param signal ends the wait
 * @throws {OperatorError} one line for each port that is not free, naming the setting to change
 */
export async function assertPortsFree(
  ports: Readonly<Record<string, number>>,
  waitMilliseconds = 0,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + waitMilliseconds;
  for (;;) {
    signal?.throwIfAborted();
    const messages = await portErrors(Object.entries(ports));
    if (messages.length === 0) return;
    if (Date.now() >= deadline) throw new OperatorError(messages.join('\n'));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

async function portErrors(ports: readonly (readonly [string, number])[]): Promise<string[]> {
  const messages: string[] = [];
  for (const [index, [name, port]] of ports.entries()) {
    const other = ports.slice(0, index).find(([, earlier]) => earlier === port);
    const message = other
      ? `${other[0]} and ${name} are the same port, ${port}: change one.`
      : await portError(name, port);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}

async function portError(name: string, port: number): Promise<string | undefined> {
  try {
    for (const host of ['127.0.0.1', '::1', undefined])
      if (!(await isPortFree(port, host)))
        return `Port ${port} is taken by another program: set ${name} to a free one.`;
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) !== 'EACCES') throw error;
    return `Port ${port} may not be used by this user: set ${name} to one above 1023.`;
  }
}
