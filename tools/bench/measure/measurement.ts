import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '../stand/server-process.ts';
import { connectLoadClient, type Exchange } from './load-client.ts';
import { processTreeCpuClock, processCpuClock } from './cpu-clock.ts';
import { writeCount } from './write-count.ts';

/** The average cost of a request: microseconds of processor time, milliseconds of latency, and the server's writes. */
export interface Measurement {
  readonly node: number;
  readonly postgres: number;
  readonly latency: number;
  /** See `writeCount`. */
  readonly writes: number;
}

/** The number of concurrent requests. */
export const CONNECTIONS = 10;

const PAUSE_MILLISECONDS = 30;

/**
 * Measures one server while it serves `count` requests and no other server runs.
 * @param postmaster the process id of PostgreSQL's postmaster: the time of all its processes counts
 * @throws {Error} when a response is wrong
 */
export async function measureRequests(
  server: ServerProcess,
  postmaster: number,
  exchanges: readonly Exchange[],
  count: number,
): Promise<Measurement> {
  // New connections: a server may close idle ones while another is measured.
  const load = await connectLoadClient(server.port, CONNECTIONS);
  try {
    // Work that the previous server left, such as garbage, must not count for this one.
    await delay(PAUSE_MILLISECONDS);
    const [node, postgres] = [processCpuClock(server.pid), processTreeCpuClock(postmaster)];
    const before = { node: node(), postgres: postgres(), writes: writeCount(server.pid) };
    const elapsed = await load.run(exchanges, count);
    return {
      node: (node() - before.node) / count,
      postgres: (postgres() - before.postgres) / count,
      latency: (elapsed * CONNECTIONS) / count,
      writes: (writeCount(server.pid) - before.writes) / count,
    };
  } finally {
    load.close();
  }
}
