import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The one way for a process to let go of old entries of the security log, and an index for each table that retention
 * keeps small. The log stays append-only: the age below which nothing goes is in the function, which only the owner of
 * the database can change.
 *
 * The function compares times, not ages. To PostgreSQL's comparison a month has 30 days, to its subtraction as many as
 * the calendar says: `-1200 months 36091 days` is over 90 days to the one and in the future to the other. The 90 days
 * are in hours, because the length of a day is up to the time zone of the session: a client that sets one of its own
 * would move them by two weeks.
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
