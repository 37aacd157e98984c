import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets a deleted task be restored: a column for the time of the deletion, and the function that removes deleted tasks for
 * good. The web app's role, which runs the retention, has no access to `app`: it can only call the function, which
 * enforces the minimum age with times in hours, as `remove_old_events` does (see 1795219201200).
 */
export class KeepDeletedTasks1795230001000 implements MigrationInterface {
  readonly name = 'KeepDeletedTasks1795230001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table app.task add column deleted_at timestamptz;
      comment on column app.task.deleted_at is
        'When the owner deleted the task; null otherwise. A deleted task keeps its steps, and can be restored for 30 days.';
      grant update (deleted_at) on app.task to fieldgate_api;

      drop index app.task_in_order;
      create index task_in_order on app.task (user_id, position, id) where deleted_at is null;
      comment on index app.task_in_order is 'A page of the list, by keyset. Without deleted tasks, however many there are.';
      create index task_deleted_at_idx on app.task (deleted_at) where deleted_at is not null;
      comment on index app.task_deleted_at_idx is 'The tasks that retention removes.';

      create function auth.remove_deleted_tasks(older_than interval, at_most integer) returns integer
        language sql strict security definer set search_path = '' as $$
          with removed as (
            delete from app.task where (user_id, id) in (
              select user_id, id from app.task
              where deleted_at < least(now() - older_than, now() - interval '720 hours')
              order by deleted_at limit at_most for update skip locked) returning 1
          ) select count(*)::integer from removed
        $$;
      comment on function auth.remove_deleted_tasks(interval, integer) is
        'Removes up to "at_most" tasks that were deleted longer than "older_than" ago, the oldest first, with their steps, '
        'and returns how many. Works with the rights of the owner: fieldgate_auth may call it, and has no other access to '
        'tasks. Takes an age under 30 days for 30 days.';
      revoke execute on function auth.remove_deleted_tasks(interval, integer) from public;
      grant execute on function auth.remove_deleted_tasks(interval, integer) to fieldgate_auth;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.remove_deleted_tasks(interval, integer);
      delete from app.task where deleted_at is not null;
      drop index app.task_deleted_at_idx;
      drop index app.task_in_order;
      alter table app.task drop column deleted_at;
      create index task_in_order on app.task (user_id, position, id);
      comment on index app.task_in_order is 'A page of the list, by keyset.';
    `);
  }
}
