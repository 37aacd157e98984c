import type { Exchange } from '../measure/load.ts';
import { takeTurn, type Turn } from '../measure/turn.ts';
import { requestOf } from '../requests/work.ts';
import type { Person } from '../stand/seed.ts';
import type { Server } from '../stand/server.ts';
import { accessToken } from '../stand/token.ts';
import { median } from '../statistics.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** How often an operation is asked. */
export interface Effort {
  readonly rounds: number;
  readonly requests: number;
  readonly warmUp: number;
}

/** What each operation costs these people: medians, by the operation's title. */
export async function measureOperations(
  server: Server,
  postmaster: number,
  people: readonly Person[],
  secrets: string,
  { rounds, requests, warmUp }: Effort,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Turn>> {
  const costs = new Map<string, Turn>();
  for (const operation of OPERATIONS) {
    const exchanges = exchangesOf(operation, people, secrets);
    const turns: Turn[] = [];
    await takeTurn(server, postmaster, exchanges, warmUp);
    for (let round = 0; round < rounds; round++) {
      signal.throwIfAborted();
      turns.push(await takeTurn(server, postmaster, exchanges, requests));
    }
    const middle = (of: keyof Turn) => median(turns.map((turn) => turn[of]));
    costs.set(operation.title, { node: middle('node'), postgres: middle('postgres'), latency: middle('latency') });
  }
  return costs;
}

/** 200 different requests, of as many people as there are. */
function exchangesOf(operation: Operation, people: readonly Person[], secrets: string): Exchange[] {
  const tokens = people.map(({ id }) => accessToken(id, secrets));
  return Array.from({ length: 200 }, (_, turn) => {
    const [person, token] = [people[turn % people.length] as Person, tokens[turn % people.length] as string];
    return { request: requestOf(operation, token, operation.variables(person, turn)), status: 200, body: null };
  });
}
