import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode, OperatorError } from './operator-error.ts';

const CONNECT_MILLISECONDS = 2_000;
const RETRY_MILLISECONDS = 200;

/** A port that nothing listens on, from the range that the system hands out. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Whether this process could listen on a port.
 * @param host an address; left out, all of them
 * @throws the system's error when the port is not taken but may not be used (`EACCES`)
 */
export async function isPortFree(port: number, host?: string): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EADDRINUSE') return false;
    // This machine has no such address (no IPv6, say): nobody can listen there.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return true;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Whether something on this machine answers on a port. */
export function acceptsConnections(port: number): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1', timeout: CONNECT_MILLISECONDS });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('timeout', () => resolve(false));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

/**
 * Checks that each port can be listened on.
 * @param ports the ports by the name of their setting
 * @param waitMilliseconds how long to wait for ports to be left, in milliseconds. Default: not at all
 * @param signal ends the waiting
 * @throws {OperatorError} one sentence for each port that cannot, naming the setting to change
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
