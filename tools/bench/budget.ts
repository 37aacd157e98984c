import type { Benchmark } from './benchmark.ts';
import { type Stage, STAGES, stageShares } from './budget/stages.ts';
import { chosenParts } from './chosen-parts.ts';
import { inspectProcess, type Inspector } from './measure/inspector.ts';
import { connectLoadClient } from './measure/load-client.ts';
import { CONNECTIONS, measureRequests } from './measure/measurement.ts';
import { collectExchanges } from './requests/record-exchanges.ts';
import { REQUEST_KINDS, type RequestKindName } from './requests/request-kinds.ts';
import { startApiProcess } from './stand/api-process.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';
import { median } from './statistics.ts';

const SEED = { users: 200, tasksEach: 50 };
const ROUNDS = 5;
/** Requests of each kind before the first measurement, in a measured round, and in a profiled one. */
const REQUESTS = { warmUp: 10_000, round: 2_000, profiled: 5_000 };
const NAMES = Object.keys(REQUEST_KINDS) as RequestKindName[];

/** Divides the processor time of a request among the stages of server/app.ts. */
export const budget: Benchmark = {
  about: 'which stage of a request takes how much processor time of the API; about two minutes, Linux',
  parts: NAMES,
  async run({ log, signal, folder, rounds: count = ROUNDS, only }) {
    await using started = new AsyncDisposableStack();
    const database = await startBenchDatabase(folder);
    started.defer(() => database.stop());
    const users = await seedUsers(database.superuser, SEED);
    const api = await startApiProcess(
      database,
      folder,
      signal,
      {},
      {
        variables: { NODE_OPTIONS: '--inspect-port=0' },
      },
    );
    started.defer(() => api.stop());
    const exchanges = await collectExchanges(api, users, database.secrets.TOKEN_SECRETS);
    const inspector = await inspectProcess(api.pid, api.output);
    started.defer(() => inspector.close());

    const names = chosenParts(NAMES, only);
    const columns = new Map<RequestKindName, Spent>();
    for (const name of names) {
      log(`${REQUEST_KINDS[name].title}: warming up`);
      await measureRequests(api, database.pid, exchanges[name], REQUESTS.warmUp);
      const rounds = [];
      for (let round = 0; round < count; round++) {
        signal.throwIfAborted();
        log(`${REQUEST_KINDS[name].title}: round ${round + 1} of ${count}`);
        rounds.push(await measureRequests(api, database.pid, exchanges[name], REQUESTS.round));
      }
      log(`${REQUEST_KINDS[name].title}: profiling`);
      const shares = await profileLoad(inspector, api.port, exchanges[name]);
      columns.set(name, {
        node: median(rounds.map(({ node }) => node)),
        postgres: median(rounds.map(({ postgres }) => postgres)),
        shares,
      });
    }
    return {
      notes: [
        `Processor time of the API’s process, medians of ${count} rounds of ${REQUESTS.round} requests on ${CONNECTIONS} connections, divided as a sampling profile of ${REQUESTS.profiled} further requests says (every 0.2 ms, the main thread).`,
        'A sample counts for the stage of the file that it was taken in; V8’s own functions count for their callers, except JSON, writing to sockets and garbage. Native code is the kernel, libuv and V8 outside of JavaScript.',
        `PostgreSQL ${database.version}: all its processes.`,
      ],
      tables: [
        {
          title: 'Microseconds of processor time a request',
          columns: ['stage', ...names.map((name) => REQUEST_KINDS[name].title)],
          rows: [
            ...STAGES.map((stage) => [stage, ...[...columns.values()].map(({ node, shares }) => node * shares[stage])]),
            ['Node', ...[...columns.values()].map(({ node }) => node)],
            ['PostgreSQL', ...[...columns.values()].map(({ postgres }) => postgres)],
          ],
        },
      ],
    };
  },
};

/** The processor time of a request, in microseconds, and the part of Node's that each stage took. */
interface Spent {
  readonly node: number;
  readonly postgres: number;
  readonly shares: Readonly<Record<Stage, number>>;
}

async function profileLoad(inspector: Inspector, port: number, exchanges: Parameters<typeof measureRequests>[2]) {
  const load = await connectLoadClient(port, CONNECTIONS);
  try {
    return stageShares(await inspector.profile(() => load.run(exchanges, REQUESTS.profiled)));
  } finally {
    load.close();
  }
}
