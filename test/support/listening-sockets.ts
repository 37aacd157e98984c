import fs from 'node:fs';

/** A listening TCP socket. */
export interface ListeningSocket {
  /** In hexadecimal as the kernel writes it: `0100007F` is 127.0.0.1. */
  readonly address: string;
  readonly port: number;
}

/** The state LISTEN in /proc/net/tcp (Linux, include/net/tcp_states.h). */
const LISTEN = '0A';

/** The loopback interface in /proc/net/tcp and tcp6: 127.0.0.0/8, ::1, and 127.0.0.0/8 written as an IPv6 address. */
const LOOPBACK = /^(0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F|[0-9A-F]{6}7F)$/;

/** Whether a socket accepts connections from this machine only. */
export const isOnLoopback = ({ address }: ListeningSocket): boolean => LOOPBACK.test(address);

/** Returns every listening TCP socket of a process and its descendants, IPv4 and IPv6. Linux only. */
export function listeningSockets(pid: number): ListeningSocket[] {
  const inodes = new Set(withDescendants(pid).flatMap(socketInodes));
  return ['tcp', 'tcp6'].flatMap((table) =>
    fs
      .readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && inodes.has(fields[9] ?? ''))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { address, port: Number.parseInt(port, 16) };
      }),
  );
}

function withDescendants(pid: number): number[] {
  const threads = ifRunning([], () => fs.readdirSync(`/proc/${pid}/task`));
  const children = threads.flatMap((thread) =>
    ifRunning('', () => fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
      .trim()
      .split(' '),
  );
  return [pid, ...children.filter(Boolean).flatMap((child) => withDescendants(Number(child)))];
}

function socketInodes(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return ifRunning([], () => fs.readdirSync(folder)).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${fd}`))?.[1] ?? [],
  );
}

/** Returns what `read` does; `otherwise` if the process has ended meanwhile, as a backend of PostgreSQL may at any time. */
function ifRunning<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function linkOf(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    // The socket has been closed.
    return '';
  }
}
