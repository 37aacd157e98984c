import { setTimeout as delay } from 'node:timers/promises';
import type { Benchmark, BenchmarkContext, Table } from './benchmark.ts';
import { chosenParts } from './chosen-parts.ts';
import { processCpuClock } from './measure/cpu-clock.ts';
import { connectLoadClient, type Exchange } from './measure/load-client.ts';
import { peakMegabytes, residentMegabytes } from './measure/resident-memory.ts';
import { collectExchanges } from './requests/record-exchanges.ts';
import { rawRequest } from './requests/request-kinds.ts';
import { type ApiProcess, startApiProcess } from './stand/api-process.ts';
import { type BenchDatabase, startBenchDatabase } from './stand/bench-database.ts';
import { signAccessToken } from './stand/bench-token.ts';
import { type Part, startProduct } from './stand/product.ts';
import { type SeededUser, seedUsers } from './stand/seed-users.ts';
import { median } from './statistics.ts';

const SEED = { users: 200, tasksEach: 50 };
const CONNECTIONS = 200;
const ROUNDS = { start: 5, requests: 10 };
const REQUESTS_IN_ROUND = 100_000;
/** How long a process is left alone before its memory counts as idle, in milliseconds: V8 gives pages back with a delay. */
const IDLE_MILLISECONDS = 10_000;
/** What it measures, by the names for `--only`. */
const PARTS = ['start', 'requests'] as const;
const PROCESSES: readonly Part[] = ['the API', 'the web app'];

/** Measures how long a start takes, and the memory of idle and busy processes. */
export const memory: Benchmark = {
  about:
    'seconds of a second npm start, and the resident set of the API idle and under a million requests; about 25 minutes, Linux',
  parts: PARTS,
  async run(context) {
    const parts = chosenParts(PARTS, context.only);
    return {
      notes: [
        'Resident set: all pages of the process that are in memory, shared libraries included; peak: the largest so far. MB are 2²⁰ bytes.',
      ],
      tables: [
        ...(parts.includes('start') ? [await measureStart(context)] : []),
        ...(parts.includes('requests') ? [await measureLoad(context)] : []),
      ],
    };
  },
};

async function measureStart({ log, signal, folder, rounds = ROUNDS.start }: BenchmarkContext): Promise<Table> {
  const rows: number[][] = [];
  // The first start creates the database and builds what is not built: it is not counted.
  for (let round = 0; round <= rounds; round++) {
    log(round === 0 ? 'First start' : `Start ${round} of ${rounds}`);
    const startedAt = performance.now();
    const product = await startProduct(folder, {}, signal);
    const seconds = (performance.now() - startedAt) / 1_000;
    try {
      await delay(round === 0 ? 0 : IDLE_MILLISECONDS, undefined, { signal });
      const resident = PROCESSES.map((part) => residentMegabytes(product.pid(part) ?? 0));
      if (round > 0) rows.push([seconds, ...resident]);
    } finally {
      await product.stop();
    }
  }
  const titles = ['from the command to “ready”, s', ...PROCESSES.map((part) => `${part}, idle, MB`)];
  return {
    title: `npm start on an existing database and build, ${rounds} times`,
    columns: ['', 'median', 'least', 'most'],
    rows: titles.map((title, index) => {
      const values = rows.map((row) => row[index] ?? Number.NaN);
      return [title, median(values), Math.min(...values), Math.max(...values)];
    }),
  };
}

async function measureLoad({ log, signal, folder, rounds = ROUNDS.requests }: BenchmarkContext): Promise<Table> {
  await using started = new AsyncDisposableStack();
  const database = await startBenchDatabase(folder);
  started.defer(() => database.stop());
  const users = await seedUsers(database.superuser, SEED);
  const api = await startApiProcess(database, folder, signal);
  started.defer(() => api.stop());
  await delay(IDLE_MILLISECONDS, undefined, { signal });
  const rows: (string | number | null)[][] = [['idle', residentMegabytes(api.pid), peakMegabytes(api.pid), null]];

  for (let round = 1; round <= rounds; round++) {
    signal.throwIfAborted();
    log(`Round ${round} of ${rounds}`);
    const exchanges = await mixedExchanges(api, users, database, round);
    const load = await connectLoadClient(api.port, CONNECTIONS);
    const cpu = processCpuClock(api.pid);
    const before = cpu();
    await load.run(exchanges, REQUESTS_IN_ROUND);
    rows.push([
      `${(round * REQUESTS_IN_ROUND).toLocaleString('en')} requests`,
      residentMegabytes(api.pid),
      peakMegabytes(api.pid),
      (cpu() - before) / REQUESTS_IN_ROUND,
    ]);
    load.close();
  }
  await delay(IDLE_MILLISECONDS, undefined, { signal });
  rows.push(['idle again', residentMegabytes(api.pid), peakMegabytes(api.pid), null]);
  return {
    title: `The API under ${CONNECTIONS} connections: list, one by id, update, another user’s id, no token in turn`,
    columns: ['after', 'resident, MB', 'peak, MB', 'Node, µs a request'],
    rows,
  };
}

const UPDATE = 'mutation Update($id: ID!, $title: String!) { updateTask(id: $id, input: { title: $title }) { id } }';

/** Returns every user's requests with new tokens, which live for fifteen minutes, the kinds in turn. */
async function mixedExchanges(
  api: ApiProcess,
  users: readonly SeededUser[],
  { secrets: { TOKEN_SECRETS } }: BenchDatabase,
  round: number,
): Promise<Exchange[]> {
  const { list, byId, foreign, anonymous } = await collectExchanges(api, users, TOKEN_SECRETS);
  return users.flatMap(({ id, taskIds }, index) => {
    const page = list[index]?.body?.toString() ?? '';
    // Behind the first page: the lists stay the same.
    const variables = { id: taskIds.find((task) => !page.includes(task)), title: `Updated in round ${round}` };
    const request = rawRequest({ query: UPDATE }, signAccessToken(id, TOKEN_SECRETS), variables);
    const update: Exchange = { request, status: 200, body: null };
    return [list, byId, [update], foreign, anonymous].flatMap((kind) => kind[index % kind.length] ?? []);
  });
}
