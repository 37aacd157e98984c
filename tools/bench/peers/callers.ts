import { withClient } from '../../../server/data/pg/with-client.ts';
import type { SeededUser } from '../stand/seed-users.ts';

/** A task as PostgreSQL has it. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly done: boolean;
  readonly dueAt: string | null;
  readonly priority: string;
  readonly steps: readonly { readonly id: string; readonly title: string; readonly done: boolean }[];
}

/** A user who calls the servers, with all their tasks in order. */
export interface Caller {
  readonly id: string;
  readonly tasks: readonly Task[];
}

/** Timestamps in milliseconds, as every server prints them or more precisely. */
const SELECT_TASKS = `
  select t.user_id as "userId", t.id, t.title, t.description, t.done, t.priority,
    to_char(t.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dueAt",
    coalesce((select json_agg(json_build_object('id', s.id, 'title', s.title, 'done', s.done) order by s.position, s.id)
      from app.step s where s.user_id = t.user_id and s.task_id = t.id), '[]') as steps
  from app.task t where t.user_id = any ($1::uuid[]) order by t.user_id, t.position, t.id`;

/** Whole milliseconds, as every server prints them: PostgreSQL keeps microseconds, and rounds where JavaScript truncates. */
const TRUNCATE_DUE_DATES = `update app.task set due_at = date_trunc('milliseconds', due_at) where user_id = any ($1::uuid[])`;

/** Reads the seeded users' tasks, by a way that no server uses: what the servers must answer. */
export async function readCallers(superuser: string, users: readonly SeededUser[]): Promise<Caller[]> {
  return withClient(superuser, async (client) => {
    const ids = users.map(({ id }) => id);
    await client.query(TRUNCATE_DUE_DATES, [ids]);
    await client.query('vacuum analyze app.task');
    const { rows } = await client.query<Task & { userId: string }>(SELECT_TASKS, [ids]);
    const tasksByUser = Map.groupBy(rows, ({ userId }) => userId);
    return ids.map((id) => ({ id, tasks: tasksByUser.get(id) ?? [] }));
  });
}

/** Deletes the tasks that a measurement created, and restores the titles that it changed. */
export async function restoreRows(superuser: string, callers: readonly Caller[]): Promise<void> {
  await withClient(superuser, async (client) => {
    await client.query('delete from app.task where position < 0');
    const tasks = callers.flatMap((caller) => caller.tasks);
    await client.query(
      `update app.task t set title = old.title from unnest($1::uuid[], $2::text[]) as old (id, title)
        where t.user_id = any ($3::uuid[]) and t.id = old.id and t.title <> old.title`,
      [tasks.map(({ id }) => id), tasks.map(({ title }) => title), callers.map(({ id }) => id)],
    );
    await client.query('vacuum app.task');
  });
}

/** Counts the tasks that were created since the last restoration. */
export const countCreated = (superuser: string): Promise<number> =>
  withClient(superuser, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from app.task where position < 0 and title like 'Created %'`,
    );
    return rows[0]?.count ?? 0;
  });
