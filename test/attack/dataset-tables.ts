import { Client } from 'pg';
import { type AuthEvent, USER_NAMES, type UserName, type DatasetUser, type Dataset } from './dataset.ts';

/** A digest of each user's rows in every owned table, by table and user. */
export type Snapshot = ReadonlyMap<string, string>;

/** The database as the superuser sees it, bypassing every policy. */
export interface DatasetTables {
  snapshot(): Promise<Snapshot>;
  /** Restores a user's rows. */
  restore(name: UserName): Promise<void>;
  end(): Promise<void>;
}

/** Inserts the dataset, and keeps a copy of it. */
export async function insertDataset(url: string, dataset: Dataset): Promise<DatasetTables> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, statement_timeout: 30_000 });
  await client.connect();
  const run = (text: string, values: readonly unknown[] = []) => client.query(text, [...values]);
  for (const name of USER_NAMES) {
    await insertUser(run, dataset.users[name]);
    await insertTasks(run, dataset.users[name]);
    await insertEvents(run, dataset.users[name].events);
  }
  await insertEvents(run, dataset.ownerlessEvents);
  return {
    async snapshot() {
      const { rows } = await client.query<{ place: string; digest: string }>(SNAPSHOT);
      return new Map(rows.map(({ place, digest }) => [place, digest]));
    },
    async restore(name) {
      const user = dataset.users[name];
      await run('begin');
      await run('delete from app.task where user_id = $1', [user.id]);
      await insertTasks(run, user);
      await run('commit');
    },
    end: () => client.end(),
  };
}

type RunStatement = (text: string, values?: readonly unknown[]) => Promise<unknown>;

const SNAPSHOT = ['auth."user"', 'app.task', 'app.step']
  .map((table) => {
    const owner = table === 'auth."user"' ? 'id' : 'user_id';
    return `select '${table} ' || ${owner} as place, md5(string_agg(t::text, '|' order by t::text)) as digest
      from ${table} t group by ${owner}`;
  })
  .join(' union all ');

async function insertUser(run: RunStatement, { id, name, email, role, createdAt }: DatasetUser): Promise<void> {
  await run(
    `insert into auth."user" (id, name, email, email_verified, role, created_at, updated_at)
     values ($1, $2, $3, true, $4, $5, $5)`,
    [id, name, email, role, new Date(createdAt)],
  );
}

async function insertTasks(run: RunStatement, { tasks, deletedTasks }: DatasetUser): Promise<void> {
  for (const task of [...tasks, ...deletedTasks]) {
    const { userId, id, title, description, done, dueAt, priority, position, version, steps } = task;
    // Always the same time: a restored row must equal the one of the first snapshot.
    const deletedAt = deletedTasks.includes(task) ? task.updatedAt : null;
    const times = [dueAt, task.createdAt, task.updatedAt, task.completedAt, deletedAt].map(
      (time) => time && new Date(time),
    );
    await run(
      `insert into app.task (user_id, id, title, description, done, priority, position, version,
         due_at, created_at, updated_at, completed_at, deleted_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [userId, id, title, description, done, priority, position, version, ...times],
    );
    for (const step of steps)
      await run('insert into app.step (user_id, task_id, id, title, done, position) values ($1, $2, $3, $4, $5, $6)', [
        userId,
        id,
        step.id,
        step.title,
        step.done,
        step.position,
      ]);
  }
}

async function insertEvents(run: RunStatement, events: readonly AuthEvent[]): Promise<void> {
  for (const { id, userId, kind, outcome, address, userAgent, detail, createdAt } of events)
    await run(
      `insert into auth.auth_event (id, user_id, kind, outcome, address, user_agent, detail, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, userId, kind, outcome, address, userAgent, detail, new Date(createdAt)],
    );
}
