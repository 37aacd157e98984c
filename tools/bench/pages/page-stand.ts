import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '../../../server/data/pg/with-client.ts';
import type { BenchmarkContext } from '../benchmark.ts';
import { type Client, createClient } from '../measure/client.ts';
import { processCpuClock, processTreeCpuClock } from '../measure/cpu-clock.ts';
import { signUp, type SignedInUser } from '../soak/user.ts';
import { startApiProcess } from '../stand/api-process.ts';
import { startBenchDatabase } from '../stand/bench-database.ts';
import { seedTasks } from '../stand/seed-users.ts';
import { startWebProcess } from '../stand/web-process.ts';
import { COUNTING_SETTINGS, type CountedStatement, countStatements } from './count-statements.ts';
import { type PageKind, pageRequest } from './page-kinds.ts';

export const USERS = 20;
export const TASKS_EACH = 50;
export const CONNECTIONS = 4;
/** Work that the requests before have left, such as garbage, must not count. */
const PAUSE_MILLISECONDS = 100;

/** The processor time of a request in microseconds, by process. */
export interface Cost {
  readonly web: number;
  readonly api: number;
  readonly postgres: number;
}

/** One database, API process and web process, with signed-in users. */
export interface PageStand extends AsyncDisposable {
  /** The version of PostgreSQL. */
  readonly version: string;
  /**
   * Sends requests of a kind.
   * @throws {Error} when a response is not the expected one
   */
  send(kind: PageKind, count: number): Promise<void>;
  /** Returns what each of `count` requests of a kind cost. */
  measure(kind: PageKind, count: number): Promise<Cost>;
  /** Returns the statements that each of `count` requests of a kind sends. */
  countStatements(kind: PageKind, count: number): Promise<readonly CountedStatement[]>;
}

/** Starts a database, the API and the web app, and signs users up. */
export async function startPageStand({ folder, signal, log }: BenchmarkContext): Promise<PageStand> {
  const running = new AsyncDisposableStack();
  try {
    log('Starting a database, the API and the web app');
    const database = await startBenchDatabase(folder, COUNTING_SETTINGS);
    running.defer(() => database.stop());
    const api = await startApiProcess(database, folder, signal);
    running.defer(() => api.stop());
    const web = await startWebProcess(database, api, folder, signal);
    running.defer(() => web.stop());
    const client = createClient(CONNECTIONS);
    running.defer(() => client.close());
    const users = await signUsersUp(client, web.url, database.superuser);
    const send = (kind: PageKind, count: number) => sendAll(client, kind, web.url, users, count, signal);
    return {
      version: database.version,
      send,
      countStatements: (kind, count) => countStatements(database.superuser, count, () => send(kind, count)),
      async measure(kind, count) {
        await delay(PAUSE_MILLISECONDS);
        const clocks = {
          web: processCpuClock(web.pid),
          api: processCpuClock(api.pid),
          postgres: processTreeCpuClock(database.pid),
        };
        const before = { web: clocks.web(), api: clocks.api(), postgres: clocks.postgres() };
        await send(kind, count);
        return {
          web: (clocks.web() - before.web) / count,
          api: (clocks.api() - before.api) / count,
          postgres: (clocks.postgres() - before.postgres) / count,
        };
      },
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

async function signUsersUp(client: Client, webUrl: string, superuser: string): Promise<readonly SignedInUser[]> {
  const users: SignedInUser[] = [];
  for (let index = 0; index < USERS; index++) users.push(await signUp(client, webUrl, `person-${index}`));
  const ids = await withClient(superuser, async (database) => {
    const { rows } = await database.query<{ id: string }>('select id from auth."user"');
    return rows.map(({ id }) => id);
  });
  await seedTasks(superuser, ids, TASKS_EACH);
  return users;
}

/**
 * Sends `count` requests of a kind, at least two, and checks each response.
 * @throws {Error} when a response is not the expected one
 */
async function sendAll(
  client: Client,
  kind: PageKind,
  webUrl: string,
  users: readonly SignedInUser[],
  count: number,
  signal: AbortSignal,
): Promise<void> {
  // Whole responses are checked without compression.
  const check = async (index: number) => {
    const plain = await client.send(pageRequest(kind, webUrl, users, index, false));
    if (plain.status !== 200 || !kind.isExpected(plain.text))
      throw new Error(`${kind.title} was answered ${plain.status} ${plain.text.slice(0, 500)}`);
  };
  await check(0);
  let next = 1;
  const worker = async () => {
    while (next < count - 1) {
      signal.throwIfAborted();
      const { status } = await client.send(pageRequest(kind, webUrl, users, next++));
      if (status !== 200) throw new Error(`${kind.title} was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await check(count - 1);
}
