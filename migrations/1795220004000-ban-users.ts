import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds bans: a banned user has no session, and cannot get one. Triggers enforce it, so that it holds for every way to
 * sign in, and for a sign-in at the same moment: the ban waits for sessions that are being created, and ends them.
 */
export class BanUsers1795220004000 implements MigrationInterface {
  readonly name = 'BanUsers1795220004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth."user" add column banned_at timestamptz;
      comment on column auth."user".banned_at is 'When an administrator banned the user, who then has no session; null otherwise.';

      create function auth.end_sessions_of_banned_user() returns trigger language plpgsql set search_path = '' as $$
      begin
        delete from auth.session where user_id = new.id;
        return null;
      end $$;
      comment on function auth.end_sessions_of_banned_user() is
        'Ends every session of a user who is being banned, and with them the access tokens.';
      create trigger end_sessions_of_banned after update on auth."user" for each row
        when (old.banned_at is null and new.banned_at is not null)
        execute function auth.end_sessions_of_banned_user();
      comment on trigger end_sessions_of_banned on auth."user" is 'However the ban was set: an endpoint, by hand.';

      create or replace function auth.await_user() returns trigger language plpgsql set search_path = '' as $$
      begin
        if (select banned_at from auth."user" where id = new.user_id for share) is not null then
          raise exception 'A banned user cannot have a session.' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
      end $$;
      comment on function auth.await_user() is
        'A new session waits for a concurrent change of its user: otherwise it would keep its id, and with it tokens '
        'that repeat the old values. Rejects the session of a banned user.';
      revoke execute on function auth.end_sessions_of_banned_user() from public;

      create index auth_event_of_kind on auth.auth_event (kind, created_at desc, id);
      comment on index auth.auth_event_of_kind is 'A page of the log''s events of one kind, newest first, by keyset.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index auth.auth_event_of_kind;
      create or replace function auth.await_user() returns trigger language plpgsql set search_path = '' as $$
      begin
        perform from auth."user" where id = new.user_id for share;
        return new;
      end $$;
      drop trigger end_sessions_of_banned on auth."user";
      drop function auth.end_sessions_of_banned_user();
      alter table auth."user" drop column banned_at;
    `);
  }
}
