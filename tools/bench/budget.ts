import type { Benchmark } from './benchmark.ts';
import { BUDGET_KINDS, type BudgetKind, type BudgetKindName, prepareBudgetKinds } from './budget/budget-kinds.ts';
import { type Stage, STAGES, stageShares } from './budget/stages.ts';
import { chosenParts } from './chosen-parts.ts';
import { inspectProcess, type Inspector } from './measure/inspector.ts';
import { connectLoadClient } from './measure/load-client.ts';
import { CONNECTIONS, measureRequests, type Measurement } from './measure/measurement.ts';
import { startApiProcess } from './stand/api-process.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';
import { median } from './statistics.ts';

const SEED = { users: 200, tasksEach: 50 };
const ROUNDS = 5;
/** Requests of each kind before the first measurement, in a measured round, and in a profiled one. */
const REQUESTS = { warmUp: 10_000, round: 2_000, profiled: 5_000 };

/** Divides the processor time of a request among the stages of server/app.ts. */
export const budget: Benchmark = {
  about: 'which stage of a request takes how much processor time of the API; about three minutes, Linux',
  parts: BUDGET_KINDS,
  async run({ log, signal, folder, rounds: count = ROUNDS, only }) {
    await using started = new AsyncDisposableStack();
    const database = await startBenchDatabase(folder);
    started.defer(() => database.stop());
    const users = await seedUsers(database.superuser, SEED);
    const variables = { NODE_OPTIONS: '--inspect-port=0' };
    const api = await startApiProcess(database, folder, signal, {}, { variables });
    started.defer(() => api.stop());
    const kinds = await prepareBudgetKinds(api, database, users);
    const inspector = await inspectProcess(api.pid, api.output);
    started.defer(() => inspector.close());

    const columns = new Map<BudgetKindName, Spent>();
    for (const name of chosenParts(BUDGET_KINDS, only)) {
      const kind = kinds.get(name) as BudgetKind;
      const measure = (requests: number) =>
        kind.run(requests, (exchanges) => measureRequests(api, database.pid, exchanges, requests));
      log(`${kind.title}: warming up`);
      await measure(REQUESTS.warmUp);
      const rounds: Measurement[] = [];
      for (let round = 0; round < count; round++) {
        signal.throwIfAborted();
        log(`${kind.title}: round ${round + 1} of ${count}`);
        rounds.push(await measure(REQUESTS.round));
      }
      log(`${kind.title}: profiling`);
      const shares = await kind.run(REQUESTS.profiled, (exchanges) => profileLoad(inspector, api.port, exchanges));
      const of = (part: keyof Measurement) => median(rounds.map((round) => round[part]));
      columns.set(name, {
        title: kind.title,
        node: of('node'),
        postgres: of('postgres'),
        writes: of('writes'),
        shares,
      });
    }
    const row = <T>(title: string, value: (spent: Spent) => T) => [title, ...[...columns.values()].map(value)];
    return {
      notes: [
        `Processor time of the API’s process, medians of ${count} rounds of ${REQUESTS.round} requests on ${CONNECTIONS} connections, divided as a sampling profile of ${REQUESTS.profiled} further requests says (every 0.2 ms, the main thread).`,
        'A sample counts for the stage of the file that it was taken in; V8’s own functions count for their callers, except JSON, writing to sockets and garbage. Native code is the kernel, libuv and V8 outside of JavaScript.',
        `PostgreSQL ${database.version}: all its processes. Writes: how many system calls of the API’s process write, to clients, to PostgreSQL, to the log or to wake a thread.`,
      ],
      tables: [
        {
          title: 'Microseconds of processor time a request, and writes',
          columns: row('stage', ({ title }) => title),
          rows: [
            ...STAGES.map((stage) => row(stage, ({ node, shares }) => node * shares[stage])),
            row('Node', ({ node }) => node),
            row('PostgreSQL', ({ postgres }) => postgres),
            row('writes, number', ({ writes }) => writes),
          ],
        },
      ],
    };
  },
};

/** The cost of a request, its processor time in microseconds, and the part of Node's that each stage took. */
interface Spent {
  readonly title: string;
  readonly node: number;
  readonly postgres: number;
  readonly writes: number;
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
