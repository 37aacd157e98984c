import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** The tables of all TCP sockets of this machine (proc_net_tcp, in the documentation of Linux). */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** How long the system may take to write such a table, in milliseconds. */
const TIMEOUT = 1_000;

/** Where a line has `tx_queue:rx_queue`, in hexadecimal bytes, and the inode of the socket. */
const COLUMNS = { queues: 4, inode: 9 };

/**
 * Returns how many bytes of each TCP socket of this machine the other side has not acknowledged, by inode. Empty where
 * the system has no such table: on any system but Linux.
 */
export async function sendQueues(): Promise<ReadonlyMap<string, number>> {
  const queues = new Map<string, number>();
  for (const table of await Promise.all(TABLES.map(read)))
    for (const line of table.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const [inode, both] = [columns[COLUMNS.inode], columns[COLUMNS.queues]];
      if (inode !== undefined && both !== undefined) queues.set(inode, Number.parseInt(both, 16));
    }
  return queues;
}

/** Returns the inode of an open socket, which names it in the system's tables; null where it has none. */
export function inodeOf(socket: Socket): string | null {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: number } | null };
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${handle?.fd}`))?.[1] ?? null;
  } catch {
    return null;
  }
}

function read(table: string): Promise<string> {
  return readFile(table, { encoding: 'latin1', signal: AbortSignal.timeout(TIMEOUT) }).catch(() => '');
}
