import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, Problem } from './problem.ts';

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
export async function isFree(port: number, host?: string): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const code = errorCode(error);
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
export function accepts(port: number): Promise<boolean> {
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
 * @param patience how long to wait for ports to be left, in milliseconds. Default: not at all
 * @param signal ends the waiting
 * @throws {Problem} one sentence for each port that cannot, naming the setting to change
 */
export async function requireFreePorts(
  ports: Readonly<Record<string, number>>,
  patience = 0,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    signal?.throwIfAborted();
    const sentences = await faults(Object.entries(ports));
    if (sentences.length === 0) return;
    if (Date.now() >= deadline) throw new Problem(sentences.join('\n'));
    await delay(RETRY_MILLISECONDS, undefined, signal && { signal });
  }
}

async function faults(ports: readonly (readonly [string, number])[]): Promise<string[]> {
  const sentences: string[] = [];
  for (const [index, [name, port]] of ports.entries()) {
    const other = ports.slice(0, index).find(([, earlier]) => earlier === port);
    const sentence = other
      ? `${other[0]} and ${name} are the same port, ${port}: change one.`
      : await fault(name, port);
    if (sentence !== undefined) sentences.push(sentence);
  }
  return sentences;
}

async function fault(name: string, port: number): Promise<string | undefined> {
  try {
    for (const host of ['127.0.0.1', '::1', undefined])
      if (!(await isFree(port, host))) return `Port ${port} is taken by another program: set ${name} to a free one.`;
    return undefined;
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error;
    return `Port ${port} may not be used by this user: set ${name} to one above 1023.`;
  }
}
