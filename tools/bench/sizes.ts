import { withClient } from '../../server/data/pg/with-client.ts';
import type { Benchmark } from './benchmark.ts';
import { startBenchDatabase } from './stand/bench-database.ts';
import { seedUsers } from './stand/seed-users.ts';

const USERS = 2_000;
const TASKS_EACH = 50;
/** Connections that end sessions at the same time. */
const ENDING = 8;
const ENDED_EACH = 250;

/** Rows of the tables that `seedUsers` leaves empty, of the length that the web app writes: a browser's name, a hash. */
const INSERT_ACCOUNTS = `
  insert into auth.account (account_id, provider_id, user_id, password, updated_at)
    select id, 'credential', id, '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('s', 22) || '$' || repeat('h', 43), now()
    from auth."user";
  insert into auth.session (id, expires_at, token, updated_at, ip_address, user_agent, user_id)
    select uuidv7(), now() + interval '7 days', md5(id::text || n), now(), '2001:db8::' || n,
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36', id
    from auth."user", generate_series(1, 2) n;
  insert into auth.session_revocation (session_id, reason) select uuidv7(), 'ENDED' from generate_series(1, 100000);
  insert into auth.rate_limit (key, count, last_request, hits)
    select 'sign-in|2001:db8:' || n || '::/64', 1, 1795219200000, array[1795219200000, 1795219200001]
    from generate_series(1, 20000) n;
  update auth.auth_event set address = '2001:db8::1',
    user_agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'`;

const TABLES = [
  'app.task',
  'app.step',
  'auth."user"',
  'auth.account',
  'auth.session',
  'auth.session_revocation',
  'auth.auth_event',
  'auth.rate_limit',
];

interface SizeRow {
  readonly rows: string;
  readonly row: string;
  readonly heap: string;
  readonly indexes: string;
}

/** Measures what docs/scale.md multiplies: bytes of a row with its indexes, and how fast sessions can end. */
export const sizes: Benchmark = {
  about: 'bytes of a row and of its index entries in each table, and ended sessions a second',
  async run({ log, signal, folder }) {
    await using started = new AsyncDisposableStack();
    const database = await startBenchDatabase(folder);
    started.defer(() => database.stop());
    log(`Adding ${USERS} users with ${TASKS_EACH} tasks each`);
    await seedUsers(database.superuser, { users: USERS, tasksEach: TASKS_EACH });
    const rows = await withClient(database.superuser, async (client) => {
      await client.query(INSERT_ACCOUNTS);
      // Rewrites the tables: updates above left dead rows.
      await client.query('vacuum full analyze');
      const measured: [string, number, number, number, number, number][] = [];
      for (const table of TABLES) {
        signal.throwIfAborted();
        const {
          rows: [size],
        } = await client.query<SizeRow>(
          `select count(*) as rows, avg(pg_column_size(t)) as row, pg_table_size('${table}') as heap,
             pg_indexes_size('${table}') as indexes from ${table} t`,
        );
        if (size === undefined) throw new Error(`${table} has no size.`);
        const count = Number(size.rows);
        const [heap, indexes] = [Number(size.heap) / count, Number(size.indexes) / count];
        measured.push([table, count, Number(size.row), heap, indexes, heap + indexes]);
      }
      return measured;
    });
    log('Ending sessions');
    const perSecond = await endSessions(database.superuser);
    return {
      notes: [
        `PostgreSQL ${database.version}, after VACUUM FULL: without the space that updates leave, and with freshly built indexes.`,
        `Each ended session is a transaction of its own, with its revocation and NOTIFY, on ${ENDING} connections, without fsync.`,
      ],
      tables: [
        { title: 'Bytes a row', columns: ['table', 'rows', 'row', 'table / rows', 'indexes / rows', 'together'], rows },
        { title: 'Ended sessions', columns: ['what', 'a second'], rows: [['sessions ended', perSecond]] },
      ],
    };
  },
};

/** Returns how many sessions end in a second. */
async function endSessions(superuser: string): Promise<number> {
  const ids = await withClient(superuser, async (client) => {
    const { rows } = await client.query<{ id: string }>('select id from auth.session order by id limit $1', [
      ENDING * ENDED_EACH,
    ]);
    return rows.map(({ id }) => id);
  });
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: ENDING }, (_, worker) =>
      withClient(superuser, async (client) => {
        for (const id of ids.slice(worker * ENDED_EACH, (worker + 1) * ENDED_EACH))
          await client.query('delete from auth.session where id = $1', [id]);
      }),
    ),
  );
  return (ids.length * 1_000) / (performance.now() - begun);
}
