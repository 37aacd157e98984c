import { onTestFinished } from 'vitest';
import { type Superuser, connectSuperuser } from './superuser.ts';

/** Locks the task table until the returned function is called or the test ends; every statement on tasks waits. */
export async function lockTasks(superuserUrl: string): Promise<() => Promise<void>> {
  const holder = await connectSuperuser(superuserUrl);
  onTestFinished(() => holder.end());
  await holder.rows('begin');
  await holder.rows('lock table app.task in access exclusive mode');
  return async () => void (await holder.rows('rollback'));
}

/** Returns how many connections to the superuser's database wait for a lock. */
export async function lockWaiters(superuser: Superuser): Promise<number> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await superuser.rows(waiting)).length;
}
