import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** The tables of all TCP sockets of this machine (proc_net_tcp, in the documentation of Linux). */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** The time limit for reading a table, in milliseconds. */
const TIMEOUT = 1_000;

/** The columns with `tx_queue:rx_queue`, in hexadecimal bytes, and with the inode of the socket. */
const COLUMNS = { queues: 4, inode: 9 };

/**
 * Returns the unacknowledged bytes of each TCP socket of this machine, by inode. Empty on any system but Linux, which alone
 * has these tables.
 */
export async function sendQueues(): Promise<ReadonlyMap<string, number>> {
  const queues = new Map<string, number>();
  for (const table of await Promise.all(TABLES.map(readTable)))
    for (const line of table.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const [inode, queued] = [columns[COLUMNS.inode], columns[COLUMNS.queues]];
      // `parseInt` stops at the colon: the first number is `tx_queue`.
      if (inode !== undefined && queued !== undefined) queues.set(inode, Number.parseInt(queued, 16));
    }
  return queues;
}

/** Returns the inode of an open socket, its key in the kernel's tables; null if it has none. */
export function inodeOf(socket: Socket): string | null {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${handle?.fd}`))?.[1] ?? null;
  } catch {
    return null;
  }
}

function readTable(table: string): Promise<string> {
  return readFile(table, { encoding: 'latin1', signal: AbortSignal.timeout(TIMEOUT) }).catch(() => '');
}
