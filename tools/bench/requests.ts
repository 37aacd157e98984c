import type { Benchmark, Table } from './benchmark.ts';
import { CONNECTIONS, measureRequests, type Measurement } from './measure/measurement.ts';
import { startBaseline } from './requests/start-baseline.ts';
import { collectExchanges } from './requests/record-exchanges.ts';
import { REQUEST_KINDS, type RequestKindName } from './requests/request-kinds.ts';
import { startApiProcess } from './stand/api-process.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';
import type { ServerProcess } from './stand/server-process.ts';
import { median, spread } from './statistics.ts';

/** Compares the API with a minimal hand-written server (the baseline), alternating on one database. */
export const requests: Benchmark = {
  about: 'processor time of a request, beside a hand-written node:http + pg server doing the same',
  async run({ log, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const start = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const server = await starting;
      started.defer(() => server.stop());
      return server;
    };
    const database = await start(startBenchDatabase(folder));
    log(`Seeding ${SEED.users} users with ${SEED.tasksEach} tasks each`);
    const users = await seedUsers(database.superuser, SEED);

    const api = await start(startApiProcess(database, folder, signal));
    const exchanges = await collectExchanges(api, users, database.secrets.TOKEN_SECRETS);
    const bodyOf = (name: RequestKindName) => exchanges[name][0]?.body?.toString() ?? '';
    const refusals = { unauthenticated: bodyOf('anonymous'), forbidden: bodyOf('foreign') };
    const baseline = await start(startBaseline(database, refusals, true, folder, signal));
    const baselineWithoutRls = await start(startBaseline(database, refusals, false, folder, signal));
    const servers = [baseline, api, baselineWithoutRls];

    const measurements = new Map<string, Measurement[]>();
    for (let round = -1; round < ROUNDS; round++) {
      log(round < 0 ? 'Warming up' : `Round ${round + 1} of ${ROUNDS}`);
      for (const name of NAMES) {
        for (let offset = 0; offset < servers.length; offset++) {
          signal.throwIfAborted();
          // The order rotates with the rounds, so that no server always follows the same one.
          const server = servers[(round + 1 + offset) % servers.length] as ServerProcess;
          const count = round < 0 ? REQUESTS.warmUp : REQUESTS.round;
          const measurement = await measureRequests(server, database.pid, exchanges[name], count);
          if (round >= 0)
            measurements.set(measurementKey(name, server), [
              ...(measurements.get(measurementKey(name, server)) ?? []),
              measurement,
            ]);
        }
      }
    }
    return {
      notes: [
        `Processor time, not latency: Node with its garbage collection and other threads, and all of PostgreSQL ${database.version}.`,
        `Medians of ${ROUNDS} rounds of ${REQUESTS.round} requests on ${CONNECTIONS} connections, the servers alternating on one database; ± is half the interquartile range; the ratio is the median of the rounds’ ratios.`,
        `${users.length} users with ${SEED.tasksEach} tasks each take turns; a user’s token is the same from one request to the next, as a browser’s is.`,
        'Every response was compared with the expected bytes. The figures exclude the load generator.',
      ],
      tables: [table(servers, baseline, measurements)],
    };
  },
};

const SEED = { users: 200, tasksEach: 50 };
const ROUNDS = 7;
/** Requests of each kind in a round, and before the first. */
const REQUESTS = { round: 2_000, warmUp: 10_000 };
const NAMES = Object.keys(REQUEST_KINDS) as RequestKindName[];

const measurementKey = (name: RequestKindName, server: ServerProcess) => `${name} ${server.name}`;
const totalTime = ({ node, postgres }: Measurement) => node + postgres;

function table(
  servers: readonly ServerProcess[],
  baseline: ServerProcess,
  measurements: ReadonlyMap<string, readonly Measurement[]>,
): Table {
  const rows = NAMES.flatMap((name) => {
    const baselineSums = (measurements.get(measurementKey(name, baseline)) ?? []).map(totalTime);
    return servers.map((server) => {
      const measured = measurements.get(measurementKey(name, server)) ?? [];
      const sums = measured.map(totalTime);
      const ratios = sums.map((value, round) => value / (baselineSums[round] ?? Number.NaN));
      const parts = [measured.map(({ node }) => node), measured.map(({ postgres }) => postgres)].map(median);
      return [
        REQUEST_KINDS[name].title,
        server.name,
        ...parts,
        median(sums),
        spread(sums),
        median(ratios),
        spread(ratios),
      ];
    });
  });
  return {
    title: 'Microseconds of processor time a request',
    columns: ['request', 'server', 'Node', 'PostgreSQL', 'sum', '±', 'to the baseline', '±'],
    rows,
  };
}
