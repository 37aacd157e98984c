import type { BenchmarkContext } from '../benchmark.ts';
import { startBenchDatabase } from '../stand/bench-database.ts';
import { seedUsers } from '../stand/seed-users.ts';
import { readCallers } from './callers.ts';
import type { Stand } from './measure-peer.ts';

/** The users who call the servers. */
export const CALLERS = { users: 200, tasksEach: 50 };
/** The users beside them, with as many tasks each: the table then has 2·10⁵ rows. */
const OTHERS = { users: 3_800, tasksEach: CALLERS.tasksEach };

/**
 * Starts a database with 200,000 tasks, those of the callers among them.
 * @param settings `name=value` settings of PostgreSQL, in addition. Default: none
 */
export async function startPeerStand(
  { folder, log }: BenchmarkContext,
  settings?: readonly string[],
): Promise<Stand & AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  const database = await startBenchDatabase(folder, settings);
  starting.defer(() => database.stop());
  log(`Adding ${CALLERS.users + OTHERS.users} users with ${CALLERS.tasksEach} tasks each`);
  const users = await seedUsers(database.superuser, CALLERS);
  await seedUsers(database.superuser, OTHERS);
  const callers = await readCallers(database.superuser, users);
  const running = starting.move();
  return { database, callers, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
