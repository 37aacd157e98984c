import type { Client } from 'pg';
import { withClient } from '../server/data/client.ts';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { startApi } from './stand/api.ts';
import { type BenchDatabase, startDatabase } from './stand/database.ts';
import { seed } from './stand/seed.ts';
import type { Server } from './stand/server.ts';
import { accessToken } from './stand/token.ts';
import { quantile } from './statistics.ts';

const PROCESSES = 3;
const TRIALS = 1_000;
const USERS = 20;
/** A token that is still good so long after its session has ended is an error of what is measured, in milliseconds. */
const PATIENCE = 5_000;

/** How long after a session has ended its token is good for anything, on several API processes with one database. */
export const revocation: Benchmark = {
  about: `from the end of a session to the last of ${PROCESSES} API processes refusing its token`,
  run: async (context) => {
    context.say('Starting a database');
    const database = await startDatabase(context.folder);
    const apis: Server[] = [];
    try {
      for (let count = 0; count < PROCESSES; count++) {
        context.say(`Starting API process ${count + 1} of ${PROCESSES}`);
        apis.push(await startApi(database, context.folder, context.signal));
      }
      return await measure(database, apis, context);
    } finally {
      for (const api of apis) await api.stop();
      await database.stop();
    }
  },
};

/** What one trial took, in milliseconds, and how many requests were let in that were sent after the end was told. */
interface Trial {
  readonly sinceSent: number;
  readonly sinceTold: number;
  readonly letIn: number;
}

async function measure(database: BenchDatabase, apis: readonly Server[], context: BenchmarkContext): Promise<Report> {
  const people = await seed(database.superuser, { users: USERS, tasksEach: 1 });
  context.say(`Ending ${TRIALS} sessions`);
  const trials = await withClient(database.auth, async (client) => {
    const done: Trial[] = [];
    for (let index = 0; index < TRIALS; index++) {
      context.signal.throwIfAborted();
      done.push(await tryOnce(client, people[index % USERS]?.id ?? '', database, apis));
    }
    return done;
  });
  const row = (name: string, values: readonly number[]) => [
    name,
    quantile(values, 0.5),
    quantile(values, 0.99),
    quantile(values, 1),
  ];
  return {
    notes: [
      `${TRIALS} sessions, one after the other, PostgreSQL ${database.version}, ${PROCESSES} API processes that each answer one request after another with the session's token.`,
      'A session ends by the DELETE that a sign-out sends. It counts as refused once the last process has answered 401.',
      `Requests sent after the DELETE had been confirmed, and let in all the same: ${trials.reduce((sum, { letIn }) => sum + letIn, 0)}.`,
    ],
    tables: [
      {
        title: 'Until every process refuses',
        columns: ['since', 'p50 ms', 'p99 ms', 'most ms'],
        rows: [
          row(
            'the DELETE was sent',
            trials.map(({ sinceSent }) => sinceSent),
          ),
          row(
            'it was confirmed',
            trials.map(({ sinceTold }) => sinceTold),
          ),
        ],
      },
    ],
  };
}

async function tryOnce(
  client: Client,
  userId: string,
  { secrets }: BenchDatabase,
  apis: readonly Server[],
): Promise<Trial> {
  const { rows } = await client.query<{ id: string }>(
    `insert into auth.session (token, expires_at, updated_at, user_id)
     values (gen_random_uuid(), now() + interval '1 day', now(), $1) returning id`,
    [userId],
  );
  const sessionId = rows[0]?.id ?? '';
  const token = accessToken(userId, secrets.TOKEN_SECRETS, sessionId);
  for (const { port } of apis)
    if ((await ask(port, token)) !== 200) throw new Error('A token was refused before its session had ended.');

  let told = Number.POSITIVE_INFINITY;
  let letIn = 0;
  const sent = performance.now();
  const refused = apis.map(async ({ port }) => {
    for (;;) {
      const asked = performance.now();
      const status = await ask(port, token);
      const now = performance.now();
      if (status === 401) return now;
      if (asked > told) letIn += 1;
      if (now - sent > PATIENCE) throw new Error(`A token was still good ${PATIENCE} ms after its session had ended.`);
    }
  });
  await client.query('delete from auth.session where id = $1', [sessionId]);
  told = performance.now();
  const last = Math.max(...(await Promise.all(refused)));
  return { sinceSent: last - sent, sinceTold: Math.max(0, last - told), letIn };
}

async function ask(port: number, token: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ status { ok } }"}',
  });
  await response.arrayBuffer();
  return response.status;
}
