import type { Exchange } from '../measure/load-client.ts';
import { measureRequests, type Measurement } from '../measure/measurement.ts';
import { rawRequest } from '../requests/request-kinds.ts';
import type { SeededUser } from '../stand/seed-users.ts';
import type { ServerProcess } from '../stand/server-process.ts';
import { signAccessToken } from '../stand/bench-token.ts';
import { median } from '../statistics.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** How often an operation is requested. */
export interface LoadSize {
  readonly rounds: number;
  readonly requests: number;
  readonly warmUp: number;
}

/** Returns the cost of each operation for these users: medians, by the operation's title. */
export async function measureOperations(
  server: ServerProcess,
  postmaster: number,
  users: readonly SeededUser[],
  secrets: string,
  { rounds, requests, warmUp }: LoadSize,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Measurement>> {
  const costs = new Map<string, Measurement>();
  for (const operation of OPERATIONS) {
    const exchanges = createExchanges(operation, users, secrets);
    const measurements: Measurement[] = [];
    await measureRequests(server, postmaster, exchanges, warmUp);
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      measurements.push(await measureRequests(server, postmaster, exchanges, requests));
    }
    const medianOf = (of: keyof Measurement) => median(measurements.map((turn) => turn[of]));
    costs.set(operation.title, {
      node: medianOf('node'),
      postgres: medianOf('postgres'),
      latency: medianOf('latency'),
      writes: medianOf('writes'),
    });
  }
  return costs;
}

/** Builds 200 different requests, spread over all users. */
function createExchanges(operation: Operation, users: readonly SeededUser[], secrets: string): Exchange[] {
  const tokens = users.map(({ id }) => signAccessToken(id, secrets));
  return Array.from({ length: 200 }, (_, turn) => {
    const [user, token] = [users[turn % users.length] as SeededUser, tokens[turn % users.length] as string];
    return { request: rawRequest(operation, token, operation.variables(user, turn)), status: 200, body: null };
  });
}
