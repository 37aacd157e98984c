import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the function that removes old events from the security log, and an index for the tables with retention. The log
 * stays append-only for the processes: the function enforces a minimum age, and only the owner of the database can
 * change it.
 *
 * The function compares times, not intervals. When PostgreSQL compares intervals, a month has 30 days; when it
 * subtracts them, a month has its calendar length. `-1200 months 36091 days` is over 90 days in the comparison, and in
 * the future after the subtraction. The 90 days are given in hours, because the length of a day depends on the
 * session's time zone: a client could shift the limit by two weeks with a time zone of its choice.
 */
export class RemoveOldEvents1795219201200 implements MigrationInterface {
  readonly name = 'RemoveOldEvents1795219201200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index verification_expires_at_idx on auth.verification (expires_at);
      comment on index auth.verification_expires_at_idx is 'The rows that retention removes.';

      create function auth.remove_old_events(older_than interval, at_most integer) returns integer
        language sql strict security definer set search_path = '' as $$
          with removed as (
            delete from auth.auth_event where id in (
              select id from auth.auth_event where created_at < least(now() - older_than, now() - interval '2160 hours')
              order by created_at limit at_most) returning 1
          ) select count(*)::integer from removed
        $$;
      comment on function auth.remove_old_events(interval, integer) is
        'Deletes up to "at_most" entries of the security log that are older than "older_than", the oldest first, and '
        'returns how many. Works with the rights of the owner: fieldgate_auth may call it, and cannot delete otherwise. '
        'Takes an age under 90 days for 90 days: an attacker who takes over the web app cannot erase the traces.';
      revoke execute on function auth.remove_old_events(interval, integer) from public;
      grant execute on function auth.remove_old_events(interval, integer) to fieldgate_auth;
      comment on table auth.auth_event is
        'What happened to accounts. Append-only: no role of the product may change or delete an entry. What is older '
        'than 400 days goes through remove_old_events.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.remove_old_events(interval, integer);
      drop index auth.verification_expires_at_idx;
    `);
  }
}
