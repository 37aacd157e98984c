import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '../stand/server-process.ts';
import { connectLoadClient, type Exchange } from './load-client.ts';
import { processTreeCpuClock, processCpuClock } from './cpu-clock.ts';

/** What a request took, on average over a turn: microseconds of processor time, and milliseconds until its answer. */
export interface Measurement {
  readonly node: number;
  readonly postgres: number;
  readonly latency: number;
}

/** How many requests are under way at once. */
export const CONNECTIONS = 10;

const PAUSE_MILLISECONDS = 30;

/**
 * Lets one server answer `count` requests and nothing else run.
 * @param postmaster the process id of the database's server: all its processes' time counts
 * @throws {Error} when an answer is wrong
 */
export async function measureRequests(
  server: ServerProcess,
  postmaster: number,
  exchanges: readonly Exchange[],
  count: number,
): Promise<Measurement> {
  // Connections of its own: a server may close those that rest while others have their turn.
  const load = await connectLoadClient(server.port, CONNECTIONS);
  try {
    // What the one before has left to do, such as its garbage, is not on this one's bill.
    await delay(PAUSE_MILLISECONDS);
    const [node, postgres] = [processCpuClock(server.pid), processTreeCpuClock(postmaster)];
    const before = { node: node(), postgres: postgres() };
    const elapsed = await load.run(exchanges, count);
    return {
      node: (node() - before.node) / count,
      postgres: (postgres() - before.postgres) / count,
      latency: (elapsed * CONNECTIONS) / count,
    };
  } finally {
    load.close();
  }
}
