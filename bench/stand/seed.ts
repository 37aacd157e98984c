import { connected } from './database.ts';

/** How many rows there are to be. */
export interface Seed {
  readonly users: number;
  readonly tasksEach: number;
}

/** Somebody with tasks. */
export interface Person {
  readonly id: string;
  /** One of their tasks. */
  readonly taskId: string;
}

const USERS = `
  insert into auth."user" (id, name, email, email_verified, role)
  select uuidv7(), 'Person ' || n, 'person' || n || '@example.com', true, 'USER' from generate_series(1, $1::int) as n`;

/** Titles of a line, a description in two of three, a date in one of three; the owners' rows lie mixed in the table. */
const TASKS = `
  insert into app.task (user_id, id, title, description, done, due_at, priority, position, completed_at)
  select u.id, uuidv7(), 'Task ' || n || ' of ' || u.name || ', to be done before long',
    case when n % 3 = 0 then '' else 'With a few words on it: ' || repeat('what, where and why; ', n % 5) end,
    n % 4 = 0, case when n % 3 = 1 then now() + n * interval '1 hour' end,
    (array['LOW', 'NORMAL', 'HIGH'])[n % 3 + 1], n, case when n % 4 = 0 then now() end
  from generate_series(1, $1::int) as n, auth."user" as u`;

/** Fills a new database, and answers with the people in it. */
export async function seed(superuser: string, { users, tasksEach }: Seed): Promise<Person[]> {
  return connected(superuser, async (client) => {
    await client.query(USERS, [users]);
    await client.query(TASKS, [tasksEach]);
    await client.query('vacuum analyze');
    const { rows } = await client.query<Person>(
      'select user_id as id, (array_agg(id order by id))[1] as "taskId" from app.task group by user_id order by user_id',
    );
    return rows;
  });
}
