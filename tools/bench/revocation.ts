import type { Client } from 'pg';
import { withClient } from '../../server/data/pg/with-client.ts';
import type { Benchmark, BenchmarkContext, Report } from './benchmark.ts';
import { startApiProcess } from './stand/api-process.ts';
import { type BenchDatabase, startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';
import type { ServerProcess } from './stand/server-process.ts';
import { signAccessToken } from './stand/bench-token.ts';
import { quantile } from './statistics.ts';

const PROCESSES = 3;
const TRIALS = 1_000;
const USERS = 20;
/** A token accepted this long after its session ended is an error, in milliseconds. */
const TIMEOUT = 5_000;

/** Measures how long a token is accepted after its session ended, with several API processes on one database. */
export const revocation: Benchmark = {
  about: `from the end of a session to the last of ${PROCESSES} API processes refusing its token`,
  run: async (context) => {
    context.log('Starting a database');
    const database = await startBenchDatabase(context.folder);
    const apis: ServerProcess[] = [];
    try {
      for (let count = 0; count < PROCESSES; count++) {
        context.log(`Starting API process ${count + 1} of ${PROCESSES}`);
        apis.push(await startApiProcess(database, context.folder, context.signal));
      }
      return await measure(database, apis, context);
    } finally {
      for (const api of apis) await api.stop();
      await database.stop();
    }
  },
};

/** The duration of one trial, in milliseconds, and the number of requests accepted that were sent after the DELETE was confirmed. */
interface RevocationTrial {
  readonly sinceSent: number;
  readonly sinceConfirmed: number;
  readonly accepted: number;
}

async function measure(
  database: BenchDatabase,
  apis: readonly ServerProcess[],
  context: BenchmarkContext,
): Promise<Report> {
  const users = await seedUsers(database.superuser, { users: USERS, tasksEach: 1 });
  context.log(`Ending ${TRIALS} sessions`);
  const trials = await withClient(database.auth, async (client) => {
    const done: RevocationTrial[] = [];
    for (let index = 0; index < TRIALS; index++) {
      context.signal.throwIfAborted();
      done.push(await runTrial(client, users[index % USERS]?.id ?? '', database, apis));
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
      `Requests sent after the DELETE was confirmed, and accepted: ${trials.reduce((sum, { accepted }) => sum + accepted, 0)}.`,
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
            trials.map(({ sinceConfirmed }) => sinceConfirmed),
          ),
        ],
      },
    ],
  };
}

async function runTrial(
  client: Client,
  userId: string,
  { secrets }: BenchDatabase,
  apis: readonly ServerProcess[],
): Promise<RevocationTrial> {
  const { rows } = await client.query<{ id: string }>(
    `insert into auth.session (token, expires_at, updated_at, user_id)
     values (gen_random_uuid(), now() + interval '1 day', now(), $1) returning id`,
    [userId],
  );
  const sessionId = rows[0]?.id ?? '';
  const token = signAccessToken(userId, secrets.TOKEN_SECRETS, sessionId);
  for (const { port } of apis)
    if ((await sendRequest(port, token)) !== 200) throw new Error('A token was rejected before its session ended.');

  let confirmedAt = Number.POSITIVE_INFINITY;
  let accepted = 0;
  const sentAt = performance.now();
  const refused = apis.map(async ({ port }) => {
    for (;;) {
      const requestedAt = performance.now();
      const status = await sendRequest(port, token);
      const now = performance.now();
      if (status === 401) return now;
      if (requestedAt > confirmedAt) accepted += 1;
      if (now - sentAt > TIMEOUT) throw new Error(`A token was still accepted ${TIMEOUT} ms after its session ended.`);
    }
  });
  await client.query('delete from auth.session where id = $1', [sessionId]);
  confirmedAt = performance.now();
  const last = Math.max(...(await Promise.all(refused)));
  return { sinceSent: last - sentAt, sinceConfirmed: Math.max(0, last - confirmedAt), accepted };
}

async function sendRequest(port: number, token: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ status { ok } }"}',
  });
  await response.arrayBuffer();
  return response.status;
}
