import { withClient } from '../../../server/data/pg/with-client.ts';

/** How many rows to add. */
export interface SeedSize {
  readonly users: number;
  readonly tasksEach: number;
}

/** A user with tasks. */
export interface SeededUser {
  readonly id: string;
  /** Ids of some of their tasks, at most fifty. */
  readonly taskIds: readonly string[];
}

/** The number of users that a benchmark uses. */
const MAX_RETURNED_USERS = 200;

const INSERT_USERS = `
  insert into auth."user" (id, name, email, email_verified, role)
  select id, 'Person ' || id, 'person-' || id || '@example.com', true, 'USER'
  from generate_series(1, $1::int) as n, lateral (select uuidv7() as id where n > 0) as new returning id`;

/** One-line titles, a description in two of three, a due date in one of three; rows of different owners are interleaved. */
const INSERT_TASKS = `
  insert into app.task (user_id, id, title, description, done, due_at, priority, position, completed_at)
  select u.id, uuidv7(), 'Task ' || n || ' of person ' || place || ', to be done before long',
    case when n % 3 = 0 then '' else 'With a few words on it: ' || repeat('what, where and why; ', n % 5) end,
    n % 4 = 0, case when n % 3 = 1 then now() + n * interval '1 hour' end,
    (array['LOW', 'NORMAL', 'HIGH'])[n % 3 + 1], n, case when n % 4 = 0 then now() end
  from generate_series(1, $1::int) as n, unnest($2::uuid[]) with ordinality as u (id, place)`;

/** Two steps for each of a user's first ten tasks. */
const INSERT_STEPS = `
  insert into app.step (user_id, task_id, id, title, position)
  select t.user_id, t.id, uuidv7(), 'Step ' || n, n from app.task t, generate_series(1, 2) as n
  where t.user_id = any ($1::uuid[]) and t.position <= 10`;

/** Five events for each user. */
const INSERT_EVENTS = `
  insert into auth.auth_event (user_id, kind, outcome, created_at)
  select id, 'SIGN_IN', 'SUCCEEDED', date_trunc('milliseconds', now()) - n * interval '1 hour' - place * interval '1 ms'
  from generate_series(1, 5) as n, unnest($1::uuid[]) with ordinality as u (id, place)`;

const SELECT_USERS = `
  select user_id as id, array_agg(id) filter (where position <= 50) as "taskIds" from app.task
  where user_id = any ($1::uuid[]) group by user_id order by user_id`;

/** Adds users with tasks, and returns the first 200 of them. */
export async function seedUsers(superuser: string, { users, tasksEach }: SeedSize): Promise<SeededUser[]> {
  return withClient(superuser, async (client) => {
    // Foreign keys are valid by construction: checking two million took most of the time.
    await client.query('set session_replication_role = replica');
    const { rows: added } = await client.query<{ id: string }>(INSERT_USERS, [users]);
    const ids = added.map(({ id }) => id);
    await client.query(INSERT_TASKS, [tasksEach, ids]);
    await client.query(INSERT_STEPS, [ids]);
    await client.query(INSERT_EVENTS, [ids]);
    await client.query('vacuum analyze');
    const { rows } = await client.query<SeededUser>(SELECT_USERS, [ids.slice(0, MAX_RETURNED_USERS)]);
    return rows;
  });
}

/** Adds tasks, each of the first ten with steps, to users that exist. */
export async function seedTasks(superuser: string, userIds: readonly string[], tasksEach: number): Promise<void> {
  await withClient(superuser, async (client) => {
    await client.query(INSERT_TASKS, [tasksEach, userIds]);
    await client.query(INSERT_STEPS, [userIds]);
    await client.query('vacuum analyze');
  });
}
