import { withClient } from '../server/data/client.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { measureOperations } from './growth/measure.ts';
import { OPERATIONS } from './growth/operations.ts';
import { type Plans, plansFor } from './growth/plans.ts';
import type { Turn } from './measure/turn.ts';
import { startApi } from './stand/api.ts';
import { startDatabase } from './stand/database.ts';
import { seed } from './stand/seed.ts';

type Costs = ReadonlyMap<string, Turn>;

/** What was found with so many tasks in the table. */
interface Found {
  readonly size: number;
  readonly few: Costs;
  readonly many: Costs;
  readonly plans: Plans;
}

const SIZES = [200_000, 2_000_000];
/** How many tasks people have, and how many the one who has many. */
const TASKS = { few: 50, many: 5_000 };
const PEOPLE = 200;
const EFFORT = {
  few: { rounds: 5, requests: 250, warmUp: 300 },
  many: { rounds: 3, requests: 100, warmUp: 100 },
};
/** What the mutations have added: new tasks go to the top, above zero, and new steps to the end, behind the two of each. */
const ADDED = 'delete from app.task where position < 0; delete from app.step where position > 2';

/** What each operation costs while the table grows tenfold, for people with few tasks and for one with many. */
export const growth: Benchmark = {
  about: 'the cost of each operation with 200,000 and with 2,000,000 tasks in the table',
  async run({ say, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const database = await startDatabase(folder);
    started.defer(() => database.stop());
    const { superuser, pid, secrets } = database;
    const add = (users: number, tasksEach: number) => {
      signal.throwIfAborted();
      say(`Adding ${users} users with ${tasksEach} tasks each`);
      return seed(superuser, { users, tasksEach });
    };
    const heavy = await add(1, TASKS.many);
    const people = await add(PEOPLE, TASKS.few);

    const found: Found[] = [];
    let there = TASKS.many + PEOPLE * TASKS.few;
    for (const size of SIZES) {
      await add(Math.round((size - there) / TASKS.few), TASKS.few);
      there = size;
      // A new process for each size: as old and as warm as the other.
      const api = await startApi(database, folder, signal);
      try {
        say(`Measuring with ${size} tasks`);
        const few = await measureOperations(api, pid, people, secrets.TOKEN_SECRETS, EFFORT.few, signal);
        const many = await measureOperations(api, pid, heavy, secrets.TOKEN_SECRETS, EFFORT.many, signal);
        await withClient(superuser, (client) => client.query(ADDED));
        await withClient(superuser, (client) => client.query('vacuum analyze'));
        const [person] = heavy;
        if (person === undefined) throw new Error('Nobody has many tasks.');
        found.push({ size, few, many, plans: await plansFor(database.api, person) });
      } finally {
        await api.stop();
      }
    }
    return {
      notes: [
        `PostgreSQL ${database.version}; medians of ${EFFORT.few.rounds} rounds of ${EFFORT.few.requests} requests, ${EFFORT.many.rounds} of ${EFFORT.many.requests} for the one with many tasks, ten at a time; latency is under that load.`,
        'The rows of all owners lie mixed in the table. Every answer held data and no error.',
      ],
      tables: [
        costs(`${PEOPLE} people with ${TASKS.few} tasks each: µs a request`, found, ({ few }) => few),
        costs(`One with ${TASKS.many} tasks: µs a request`, found, ({ many }) => many),
        plans(found),
      ],
    };
  },
};

const thousands = (size: number) => size.toLocaleString('en');

function costs(title: string, found: readonly Found[], of: (each: Found) => Costs): Table {
  const rows = OPERATIONS.map(({ title: name }) => {
    const turns = found.map((each) => of(each).get(name));
    const postgres = turns.map((turn) => turn?.postgres ?? Number.NaN);
    const cells = turns.flatMap((turn) => [turn?.node ?? null, turn?.postgres ?? null]);
    const [first = Number.NaN, last = Number.NaN] = [postgres[0], postgres.at(-1)];
    return [name, ...cells, last / first, turns.at(-1)?.latency ?? null];
  });
  const sizes = found.flatMap(({ size }) => [`Node, ${thousands(size)}`, `PostgreSQL, ${thousands(size)}`]);
  return { title, columns: ['operation', ...sizes, 'PostgreSQL ×', 'latency, ms'], rows };
}

function plans(found: readonly Found[]): Table {
  const kinds = [...new Set(found.flatMap((each) => [...each.plans.keys()]))].toSorted();
  return {
    title: 'How rows are found: the indexes by kind of statement, in both plannings',
    columns: ['kind', ...found.map(({ size }) => thousands(size))],
    rows: kinds.map((kind) => [kind, ...found.map((each) => [...(each.plans.get(kind) ?? [])].toSorted().join(' | '))]),
  };
}
