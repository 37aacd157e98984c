import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates the table of sessions whose tokens are revoked before they expire. Triggers write it, so that every way of
 * ending a session is covered: an endpoint, a cascade, a manual statement. Why a changed session gets a new id:
 * docs/decisions/013.
 */
export class CreateSessionRevocations1795219200700 implements MigrationInterface {
  readonly name = 'CreateSessionRevocations1795219200700';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table auth.session_revocation (
        session_id uuid primary key,
        revoked_at timestamptz not null default clock_timestamp(),
        expires_at timestamptz not null default clock_timestamp() + interval '25 hours',
        reason text not null check (reason in ('ENDED', 'RENAMED'))
      );
      comment on table auth.session_revocation is
        'Sids whose access tokens are refused from now on. Ids and nothing else: hence no row security. '
        'Written by triggers alone; whoever adds a row also notifies the channel session_revoked.';
      comment on column auth.session_revocation.session_id is 'The sid of the dead tokens. No session has it any more.';
      comment on column auth.session_revocation.expires_at is
        'By then no token of the session can be alive: the longest life that TOKEN_TTL allows is 24 hours, '
        'and the hour is for clocks that differ. Rows past it are deleted as new ones are written.';
      comment on column auth.session_revocation.reason is
        'ENDED: the session is gone. RENAMED: it lives on under another id, because what its tokens said is no longer so.';
      create index session_revocation_expires_at_idx on auth.session_revocation (expires_at);
      comment on index auth.session_revocation_expires_at_idx is 'What can be deleted.';
      grant select, insert, update, delete on auth.session_revocation to fieldgate_auth;
      grant select (session_id, revoked_at) on auth.session_revocation to fieldgate_api;

      create function auth.revoke_sessions() returns trigger language plpgsql set search_path = '' as $$
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
      comment on function auth.revoke_sessions() is
        'Enters the sids that a statement took away, and tells the API processes once it is committed. '
        'Deletes at least as many outdated rows as it adds: the table never holds much more than a day.';

      create trigger revoke_deleted after delete on auth.session referencing old table as before
        for each statement execute function auth.revoke_sessions();
      comment on trigger revoke_deleted on auth.session is 'Sees what no hook of Better Auth does: cascades, bulk, SQL.';
      create trigger revoke_renamed after update on auth.session referencing old table as before new table as after
        for each statement execute function auth.revoke_sessions();
      create trigger revoke_truncated before truncate on auth.session
        for each statement execute function auth.revoke_sessions();

      create function auth.rename_session() returns trigger language plpgsql set search_path = '' as $$
      begin
        new.id := gen_random_uuid();
        return new;
      end $$;
      comment on function auth.rename_session() is
        'A session that will end earlier, or is another user''s, gets a new id: tokens under the old one said otherwise.';
      create trigger rename_changed before update on auth.session for each row
        when (new.id = old.id and (new.expires_at < old.expires_at or new.user_id <> old.user_id))
        execute function auth.rename_session();

      create function auth.rename_sessions_of_user() returns trigger language plpgsql set search_path = '' as $$
      begin
        update auth.session set id = gen_random_uuid() where user_id = new.id;
        return null;
      end $$;
      comment on function auth.rename_sessions_of_user() is
        'Tokens repeat role, address and verification of their user. When one of these changes the sessions live on '
        'under new ids: earlier tokens are refused, and the next renewal says what is so.';
      create trigger rename_sessions after update on auth."user" for each row
        when ((old.role, old.email, old.email_verified) is distinct from (new.role, new.email, new.email_verified))
        execute function auth.rename_sessions_of_user();

      create function auth.await_user() returns trigger language plpgsql set search_path = '' as $$
      begin
        perform from auth."user" where id = new.user_id for share;
        return new;
      end $$;
      comment on function auth.await_user() is
        'A session that is made while its user is being changed waits for the change: made unseen by it, the session '
        'would keep its id, and a token that repeats what was so before.';
      create trigger await_user before insert on auth.session for each row execute function auth.await_user();

      create function auth.end_sessions_of_account() returns trigger language plpgsql set search_path = '' as $$
      begin
        delete from auth.session where user_id = new.user_id;
        return null;
      end $$;
      comment on function auth.end_sessions_of_account() is
        'Whoever knew the old password may be signed in with it: a new one ends every session that there is.';
      create trigger end_sessions after update on auth.account for each row
        when (old.password is distinct from new.password)
        execute function auth.end_sessions_of_account();

      revoke execute on function auth.revoke_sessions(), auth.rename_session(), auth.rename_sessions_of_user(),
        auth.await_user(), auth.end_sessions_of_account() from public;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger end_sessions on auth.account;
      drop trigger rename_sessions on auth."user";
      drop trigger await_user on auth.session;
      drop trigger rename_changed on auth.session;
      drop trigger revoke_truncated on auth.session;
      drop trigger revoke_renamed on auth.session;
      drop trigger revoke_deleted on auth.session;
      drop function auth.end_sessions_of_account(), auth.await_user(), auth.rename_sessions_of_user(),
        auth.rename_session(), auth.revoke_sessions();
      drop table auth.session_revocation;
    `);
  }
}
