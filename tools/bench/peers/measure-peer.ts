import { setTimeout as delay } from 'node:timers/promises';
import { processCpuClock, processTreeCpuClock } from '../measure/cpu-clock.ts';
import { connectLoadClient, type Exchange, type LoadClient } from '../measure/load-client.ts';
import { residentMegabytes } from '../measure/resident-memory.ts';
import { rawRequest } from '../requests/request-kinds.ts';
import { signAccessToken } from '../stand/bench-token.ts';
import type { BenchDatabase } from '../stand/bench-database.ts';
import type { ServerProcess } from '../stand/server-process.ts';
import { quantile } from '../statistics.ts';
import { type Caller, countCreated, restoreRows } from './callers.ts';
import { type OperationName, PEER_OPERATIONS, requestFor } from './operations.ts';
import type { Peer } from './peer-list.ts';

/** A server under test; `peer` is null for Fieldgate. */
export interface Contestant {
  readonly key: string;
  readonly peer: Peer | null;
  readonly server: ServerProcess;
}

/** The cost of one request, and how fast the server was. */
export interface PeerMeasurement {
  /** Microseconds of processor time a request. */
  readonly node: number;
  readonly postgres: number;
  /** Requests a second. */
  readonly throughput: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The resident set of the server's process after the load, in MB. */
  readonly memory: number;
}

/** How a server is measured. */
export interface LoadShape {
  readonly connections: number;
  readonly requests: number;
}

/** What the measurements have in common. */
export interface Stand {
  readonly database: BenchDatabase;
  readonly callers: readonly Caller[];
}

const PAUSE_MILLISECONDS = 30;
/** How many requests are checked value by value before and after a measurement of each server. */
const CHECKED_REQUESTS = 100;
/** Checked, but not recorded: a server that compiles a document may write its keys in another order afterwards. */
const UNRECORDED_REQUESTS = 5;

/**
 * Measures one operation of one server, while no other server runs. Before and after it checks the server's responses
 * value by value; meanwhile every response has to be the one that was checked, byte for byte, or of a mutation data.
 * @throws {Error} when a response is wrong, or the database lacks rows that were created
 */
export async function measurePeer(
  stand: Stand,
  contestant: Contestant,
  name: OperationName,
  { connections, requests }: LoadShape,
): Promise<PeerMeasurement> {
  const { database, callers } = stand;
  const { isMutation } = PEER_OPERATIONS[name];
  const load = await connectLoadClient(contestant.server.port, connections);
  try {
    const first = UNRECORDED_REQUESTS + callers.length;
    await checkResponses(stand, contestant, name, load, 0, UNRECORDED_REQUESTS);
    const checked = await checkResponses(stand, contestant, name, load, UNRECORDED_REQUESTS, callers.length);
    const exchanges = isMutation ? prepareMutations(stand, contestant, name, first, requests) : checked;
    const latencies: number[] = [];
    await delay(PAUSE_MILLISECONDS);
    const [node, postgres] = [processCpuClock(contestant.server.pid), processTreeCpuClock(database.pid)];
    const before = { node: node(), postgres: postgres() };
    const elapsed = await load.run(exchanges, requests, latencies);
    const used = { node: node() - before.node, postgres: postgres() - before.postgres };
    const memory = residentMegabytes(contestant.server.pid);
    await checkResponses(stand, contestant, name, load, first + requests, CHECKED_REQUESTS);
    if (name === 'create') await checkCreated(database.superuser, contestant, first + requests + CHECKED_REQUESTS);
    return {
      node: used.node / requests,
      postgres: used.postgres / requests,
      throughput: (requests / elapsed) * 1_000,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      memory,
    };
  } finally {
    load.close();
    if (isMutation) await restoreRows(database.superuser, callers);
  }
}

/** Sends requests one after another and checks each response; returns them with the responses to expect. */
export async function checkResponses(
  { database, callers }: Stand,
  { key, peer }: Omit<Contestant, 'server'>,
  name: OperationName,
  load: LoadClient,
  from: number,
  count: number,
): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const { hasToken, isRight } = PEER_OPERATIONS[name];
  for (let turn = from; turn < from + count; turn++) {
    const { request, caller, other } = requestOf(database, callers, peer, name, turn, hasToken);
    const { status, body } = await load.send(request);
    const variables = PEER_OPERATIONS[name].variables(caller, other, turn);
    if (!isRight({ status, body: parseBody(body) }, caller, variables))
      throw new Error(`${key} answered "${name}" wrongly: ${status} ${body.toString()}`);
    exchanges.push({ request, status, body: Buffer.from(body) });
  }
  return exchanges;
}

/** Builds a request for each turn: a mutation has another title each time. */
export const prepareMutations = (
  { database, callers }: Stand,
  { peer }: Pick<Contestant, 'peer'>,
  name: OperationName,
  from: number,
  count: number,
): Exchange[] =>
  Array.from({ length: count }, (_, turn) => ({
    request: requestOf(database, callers, peer, name, from + turn, true).request,
    status: 200,
    body: null,
  }));

function requestOf(
  { secrets }: BenchDatabase,
  callers: readonly Caller[],
  peer: Peer | null,
  name: OperationName,
  turn: number,
  hasToken: boolean,
) {
  const [caller, other] = [callers[turn % callers.length], callers[(turn + 1) % callers.length]] as [Caller, Caller];
  const { query, variables } = requestFor(peer, name, caller, other, turn);
  const token = hasToken ? signAccessToken(caller.id, secrets.TOKEN_SECRETS) : null;
  return { request: rawRequest({ query }, token, variables), caller, other };
}

function parseBody(body: Buffer): { data?: unknown; errors?: unknown[] } {
  try {
    return JSON.parse(body.toString()) as { data?: unknown; errors?: unknown[] };
  } catch {
    return {};
  }
}

async function checkCreated(superuser: string, { key }: Contestant, expected: number): Promise<void> {
  const count = await countCreated(superuser);
  if (count !== expected) throw new Error(`${key} created ${count} tasks instead of ${expected}.`);
}
