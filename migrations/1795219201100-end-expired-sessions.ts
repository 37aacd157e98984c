import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds an index on the expiry of sessions. Deleting an expired session no longer records a revocation. */
export class EndExpiredSessions1795219201100 implements MigrationInterface {
  readonly name = 'EndExpiredSessions1795219201100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index session_expires_at_idx on auth.session (expires_at);
      comment on index auth.session_expires_at_idx is 'The rows that retention removes.';

      create or replace function auth.revoke_sessions() returns trigger language plpgsql set search_path = '' as $$
      declare
        dead uuid[];
      begin
        if tg_op = 'DELETE' then
          dead := array(select id from before where expires_at > now() - interval '1 hour');
        elsif tg_op = 'UPDATE' then
          dead := array(select id from before except select id from after);
        else
          dead := array(select id from auth.session);
        end if;
        if cardinality(dead) = 0 then
          return null;
        end if;
        insert into auth.session_revocation as revocation (session_id, reason)
          select id, case when tg_op = 'UPDATE' then 'RENAMED' else 'ENDED' end from unnest(dead) as id
          on conflict (session_id) do update
            set revoked_at = excluded.revoked_at, expires_at = excluded.expires_at, reason = excluded.reason;
        perform pg_notify('session_revoked', id::text) from unnest(dead) as id;
        delete from auth.session_revocation where session_id in (
          select session_id from auth.session_revocation where expires_at < now()
          order by expires_at limit 100 + 2 * cardinality(dead) for update skip locked);
        return null;
      end $$;
      comment on function auth.revoke_sessions() is
        'Enters the sids that a statement took away, and tells the API processes once it is committed. A session that '
        'expired an hour ago has no live token, because no token outlives its session: it needs no entry. '
        'Deletes at least as many outdated rows as it adds: the table never holds much more than a day.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function auth.revoke_sessions() returns trigger language plpgsql set search_path = '' as $$
      declare
        dead uuid[];
      begin
        if tg_op = 'DELETE' then
          dead := array(select id from before);
        elsif tg_op = 'UPDATE' then
          dead := array(select id from before except select id from after);
        else
          dead := array(select id from auth.session);
        end if;
        if cardinality(dead) = 0 then
          return null;
        end if;
        insert into auth.session_revocation as revocation (session_id, reason)
          select id, case when tg_op = 'UPDATE' then 'RENAMED' else 'ENDED' end from unnest(dead) as id
          on conflict (session_id) do update
            set revoked_at = excluded.revoked_at, expires_at = excluded.expires_at, reason = excluded.reason;
        perform pg_notify('session_revoked', id::text) from unnest(dead) as id;
        delete from auth.session_revocation where session_id in (
          select session_id from auth.session_revocation where expires_at < now()
          order by expires_at limit 100 + 2 * cardinality(dead) for update skip locked);
        return null;
      end $$;
      drop index auth.session_expires_at_idx;
    `);
  }
}
