import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Serializes a change of password and the creation of a session of the same user: the second one sees the first. */
export class AwaitPasswordChanges1795219200710 implements MigrationInterface {
  readonly name = 'AwaitPasswordChanges1795219200710';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function auth.end_sessions_of_account() returns trigger language plpgsql set search_path = '' as $$
      begin
        perform from auth."user" where id = new.user_id for no key update;
        delete from auth.session where user_id = new.user_id;
        return null;
      end $$;
      comment on function auth.end_sessions_of_account() is
        'Whoever knew the old password may be signed in with it: a new one ends every session that there is. '
        'A session that is being made waits for it, see await_user, or is waited for and ended too.';

      comment on trigger revoke_renamed on auth.session is 'A session that got another id: tokens have the one before.';
      comment on trigger revoke_truncated on auth.session is 'TRUNCATE fires no other trigger.';
      comment on trigger rename_changed on auth.session is 'Its tokens would outlive it, or speak of another user.';
      comment on trigger await_user on auth.session is 'No session slips by a change of its user or of the password.';
      comment on trigger rename_sessions on auth."user" is 'Tokens repeat these columns.';
      comment on trigger end_sessions on auth.account is 'However the password changes: an endpoint, a reset, by hand.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function auth.end_sessions_of_account() returns trigger language plpgsql set search_path = '' as $$
      begin
        delete from auth.session where user_id = new.user_id;
        return null;
      end $$;
    `);
  }
}
