import type { Benchmark, BenchmarkContext, Report, Table } from './benchmark.ts';
import { chosenParts } from './chosen-parts.ts';
import { installPeers, peerVersions } from './peers/install-peers.ts';
import {
  type Contestant,
  type LoadShape,
  measurePeer,
  type PeerMeasurement,
  type Stand,
} from './peers/measure-peer.ts';
import { type OperationName, PEER_OPERATIONS } from './peers/operations.ts';
import { FIELDGATE, FIELDGATE_BY_APOLLO, ON_ALL_AXES, PEERS } from './peers/peer-list.ts';
import { CALLERS, startPeerStand } from './peers/peer-stand.ts';
import { startPeer } from './peers/start-peer.ts';
import { comparisonTable, type Measured } from './peers/comparison-table.ts';
import { startApiProcess } from './stand/api-process.ts';
import { seedUsers } from './stand/seed-users.ts';

/** The rows of the table: as `startPeerStand` seeds them, and with those of more users. */
const ROWS = { seeded: '2·10⁵', filled: '2·10⁶' };
const FILLING = { users: 36_000, tasksEach: CALLERS.tasksEach };
const CONNECTIONS = 32;
const OTHER_CONNECTIONS = [1, 256];
const ROUNDS = 7;
/** Requests of each operation in a round, and before the first. */
const REQUESTS = { round: 2_000, warmUp: 3_000 };
/** The same with `--rounds 1`: a trial, whose figures are not for quoting. */
const TRIAL_REQUESTS = { round: 500, warmUp: 500 };
const requestsFor = (rounds: number) => (rounds === 1 ? TRIAL_REQUESTS : REQUESTS);
/** The operations measured on the other axes. */
const AXIS_OPERATIONS: readonly OperationName[] = ['list', 'one', 'update'];

const OPERATION_NAMES = Object.keys(PEER_OPERATIONS) as OperationName[];
const SERVERS = [FIELDGATE, FIELDGATE_BY_APOLLO, ...PEERS.map(({ key }) => key)];
/** The tables beside that of 32 connections and 2·10⁵ rows. */
const AXES = ['connections', 'rows'];

/** Compares the API with other GraphQL servers and with hand-written ones on one database. */
export const peers: Benchmark = {
  about: 'the cost of a request beside other GraphQL servers; installs them, about 40 minutes, Linux',
  isOptIn: true,
  parts: [...OPERATION_NAMES, ...SERVERS, ...AXES],
  async run(context) {
    const { log, signal, folder, only } = context;
    const servers = await installPeers({ benchmark: 'peers', programs: 'servers' }, log, signal);
    // Ten servers hold ten connections each, and some one more; PostgreSQL's default is 100.
    await using stand = await startPeerStand(context, ['max_connections=200']);
    await using started = new AsyncDisposableStack();
    const { database } = stand;

    const contestants: Contestant[] = [];
    for (const key of chosenParts(SERVERS, only)) {
      signal.throwIfAborted();
      const peer = PEERS.find((each) => each.key === key) ?? null;
      log(`Starting ${peer?.title ?? key}`);
      const server = await (peer === null
        ? startFieldgate(key, database, folder, signal)
        : startPeer(peer, servers, database, folder, signal));
      started.defer(() => server.stop());
      contestants.push({ key, peer, server });
    }

    const operations = chosenParts(OPERATION_NAMES, only);
    const axes = chosenParts(AXES, only, only === undefined ? AXES : []);
    const onAxes = contestants.filter(({ key }) => ON_ALL_AXES.includes(key));
    const tables: Table[] = [];
    const measure = async (
      which: readonly Contestant[],
      names: readonly OperationName[],
      connections: number,
      rows: string,
    ) => {
      for (const name of names) {
        const title = `${PEER_OPERATIONS[name].title}, ${connections} ${connections === 1 ? 'connection' : 'connections'}, ${rows} rows`;
        const shape = { connections, requests: requestsFor(context.rounds ?? ROUNDS).round };
        tables.push(comparisonTable(title, await measureInTurn(context, stand, which, name, shape, title)));
      }
    };
    await measure(contestants, operations, CONNECTIONS, ROWS.seeded);
    const axisOperations = operations.filter((name) => AXIS_OPERATIONS.includes(name));
    if (axes.includes('connections'))
      for (const connections of OTHER_CONNECTIONS) await measure(onAxes, axisOperations, connections, ROWS.seeded);
    if (axes.includes('rows')) {
      log(`Adding ${FILLING.users} users with ${FILLING.tasksEach} tasks each`);
      await seedUsers(database.superuser, FILLING);
      await measure(onAxes, axisOperations, CONNECTIONS, ROWS.filled);
    }
    return { notes: notes(context, database.version), tables };
  },
};

function startFieldgate(key: string, ...[database, folder, signal]: Parameters<typeof startApiProcess>) {
  return key === FIELDGATE_BY_APOLLO
    ? startApiProcess(database, folder, signal, { APOLLO_PIPELINE: 'always' }, { name: 'Fieldgate, Apollo’s pipeline' })
    : startApiProcess(database, folder, signal);
}

/** Measures one operation of each server that has it: they alternate within a round and rotate their order. */
export async function measureInTurn(
  { log, signal, rounds: count = ROUNDS }: BenchmarkContext,
  stand: Stand,
  contestants: readonly Contestant[],
  name: OperationName,
  shape: LoadShape,
  title: string,
): Promise<Measured[]> {
  const able = contestants.filter(({ peer }) => !peer?.without.includes(name));
  const results = new Map(able.map(({ key }) => [key, [] as PeerMeasurement[]]));
  for (let round = -1; round < count; round++) {
    log(round < 0 ? `${title}: warming up` : `${title}: round ${round + 1} of ${count}`);
    for (let offset = 0; offset < able.length; offset++) {
      signal.throwIfAborted();
      const contestant = able[(round + 1 + offset) % able.length] as Contestant;
      const requests = round < 0 ? requestsFor(count).warmUp : shape.requests;
      const measurement = await measurePeer(stand, contestant, name, { ...shape, requests });
      if (round >= 0) results.get(contestant.key)?.push(measurement);
    }
  }
  return contestants.map(({ key, server }) => ({ key, title: server.name, rounds: results.get(key) ?? [] }));
}

function notes({ rounds = ROUNDS }: BenchmarkContext, version: string): Report['notes'] {
  return [
    `Processor time a request: Node with its garbage collection and other threads, and all of PostgreSQL ${version}; ten connections to it each. Throughput and latency are of these two, the load generator and this machine together.`,
    `Medians of ${rounds} rounds of ${requestsFor(rounds).round} requests, the servers alternating on one database; ± is half the interquartile range. MB is the resident set of the server’s process after the load.`,
    `"Fieldgate ÷ it" is by the medians, and by the median of the rounds’ ratios. – means that the server does not have it: see the manual, tools/bench/README.md, for what each checks.`,
    `${CALLERS.users} callers with ${CALLERS.tasksEach} tasks each take turns, with HS256 tokens. Before and after each measurement responses were compared with the rows, meanwhile every one with the bytes of the checked one.`,
    'Not measured: signing in. Of these servers only Fieldgate has it (npm run bench -- sign-ins). The figures exclude the load generator.',
    `Packages: ${peerVersions('peers')}.`,
  ];
}
