import fs from 'node:fs';
import { withClient } from '../../server/data/pg/with-client.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { measureOperations } from './growth/measure-operations.ts';
import { OPERATIONS } from './growth/operations.ts';
import { type IndexesByKind, plansFor } from './growth/statement-plans.ts';
import type { Measurement } from './measure/measurement.ts';
import { startApiProcess } from './stand/api-process.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';

type OperationCosts = ReadonlyMap<string, Measurement>;

/** The result for one table size. */
interface GrowthResult {
  readonly size: number;
  readonly few: OperationCosts;
  readonly many: OperationCosts;
  readonly plans: IndexesByKind;
}

/** The table at each measurement: tasks, and all users that have tasks. */
const SIZES = [
  { tasks: 200_000, users: 4_000 },
  { tasks: 2_000_000, users: 40_000 },
  { tasks: 20_000_000, users: 1_000_000 },
];
/** What the largest table takes with its indexes and its WAL, in bytes, measured: 700 bytes a task, and room to vacuum. */
const BYTES_PER_TASK = 1_500;
/** How many tasks are added at once: the run can be stopped, and says how far it is, between two of these. */
const TASKS_AT_ONCE = 2_000_000;
/** Tasks of an ordinary user, and of the user with many. */
const TASKS_PER_USER = { few: 50, many: 5_000 };
const USER_COUNT = 200;
const LOAD_SIZES = {
  few: { rounds: 5, requests: 250, warmUp: 300 },
  many: { rounds: 3, requests: 100, warmUp: 100 },
};
/** Selects the rows that the mutations added: new tasks have positions above zero, new steps come after the first two of each task. */
const DELETE_ADDED_ROWS = 'delete from app.task where position < 0; delete from app.step where position > 2';

/** Measures each operation while the table grows a hundredfold, for users with few tasks and for one with many. */
export const growth: Benchmark = {
  about: 'the cost of each operation with 200,000, 2,000,000 and 20,000,000 tasks in the table',
  async run({ log, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const database = await startBenchDatabase(folder);
    started.defer(() => database.stop());
    const { superuser, pid, secrets } = database;
    const add = (users: number, tasksEach: number) => {
      signal.throwIfAborted();
      log(`Adding ${users} users with ${tasksEach} tasks each`);
      return seedUsers(superuser, { users, tasksEach });
    };
    const heavy = await add(1, TASKS_PER_USER.many);
    const users = await add(USER_COUNT, TASKS_PER_USER.few);

    const results: GrowthResult[] = [];
    let taskCount = TASKS_PER_USER.many + USER_COUNT * TASKS_PER_USER.few;
    let userCount = 1 + USER_COUNT;
    for (const { tasks: size, users: totalUsers } of SIZES) {
      const { bavail, bsize } = fs.statfsSync(folder);
      if (bavail * bsize < (size - taskCount) * BYTES_PER_TASK) {
        log(`Not measured with ${size} tasks: the disk has no room for them`);
        break;
      }
      const tasksEach = Math.floor((size - taskCount) / (totalUsers - userCount));
      while (taskCount < size) {
        const count = Math.min(Math.ceil(TASKS_AT_ONCE / tasksEach), Math.ceil((size - taskCount) / tasksEach));
        await add(count, tasksEach);
        taskCount += count * tasksEach;
        userCount += count;
      }
      // A new process for each size, so that both are equally warm.
      const api = await startApiProcess(database, folder, signal);
      try {
        log(`Measuring with ${taskCount} tasks of ${userCount} users`);
        const few = await measureOperations(api, pid, users, secrets.TOKEN_SECRETS, LOAD_SIZES.few, signal);
        const many = await measureOperations(api, pid, heavy, secrets.TOKEN_SECRETS, LOAD_SIZES.many, signal);
        await withClient(superuser, (client) => client.query(DELETE_ADDED_ROWS));
        await withClient(superuser, (client) => client.query('vacuum analyze'));
        const [user] = heavy;
        if (user === undefined) throw new Error('No user has many tasks.');
        results.push({ size, few, many, plans: await plansFor(database.api, user) });
      } finally {
        await api.stop();
      }
    }
    return {
      notes: [
        `PostgreSQL ${database.version}; medians of ${LOAD_SIZES.few.rounds} rounds of ${LOAD_SIZES.few.requests} requests, ${LOAD_SIZES.many.rounds} of ${LOAD_SIZES.many.requests} for the user with many tasks, ten at a time; latency is under that load.`,
        'The rows of all owners lie mixed in the table. Every response held data and no error.',
      ],
      tables: [
        costTable(
          `${USER_COUNT} people with ${TASKS_PER_USER.few} tasks each: µs a request`,
          results,
          ({ few }) => few,
        ),
        costTable(`User with ${TASKS_PER_USER.many} tasks: µs a request`, results, ({ many }) => many),
        planTable(results),
      ],
    };
  },
};

const thousands = (size: number) => size.toLocaleString('en');

function costTable(title: string, results: readonly GrowthResult[], of: (each: GrowthResult) => OperationCosts): Table {
  const rows = OPERATIONS.map(({ title: name }) => {
    const measurements = results.map((each) => of(each).get(name));
    const postgres = measurements.map((measurement) => measurement?.postgres ?? Number.NaN);
    const cells = measurements.flatMap((measurement) => [measurement?.node ?? null, measurement?.postgres ?? null]);
    const [first = Number.NaN, last = Number.NaN] = [postgres[0], postgres.at(-1)];
    return [name, ...cells, last / first, measurements.at(-1)?.latency ?? null];
  });
  const sizes = results.flatMap(({ size }) => [`Node, ${thousands(size)}`, `PostgreSQL, ${thousands(size)}`]);
  return { title, columns: ['operation', ...sizes, 'PostgreSQL ×', 'latency, ms'], rows };
}

function planTable(results: readonly GrowthResult[]): Table {
  const kinds = [...new Set(results.flatMap((each) => [...each.plans.keys()]))].toSorted();
  return {
    title: 'Indexes used by each kind of statement, with generic and custom plans',
    columns: ['kind', ...results.map(({ size }) => thousands(size))],
    rows: kinds.map((kind) => [
      kind,
      ...results.map((each) => [...(each.plans.get(kind) ?? [])].toSorted().join(' | ')),
    ]),
  };
}
