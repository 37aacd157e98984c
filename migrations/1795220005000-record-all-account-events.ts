import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the remaining kinds of events to the security log, and what the API needs to record refusals. The API gets a
 * function instead of the right to insert the columns `kind` and `outcome`: with that right, injected statements could
 * forge a sign-in.
 */
export class RecordAllAccountEvents1795220005000 implements MigrationInterface {
  readonly name = 'RecordAllAccountEvents1795220005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth.auth_event drop constraint auth_event_kind_check;
      alter table auth.auth_event add constraint auth_event_kind_check check (kind in (
        'SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'EVERY_OWNER_READ',
        'PROFILE_CHANGED', 'EMAIL_VERIFICATION_REQUESTED', 'EMAIL_VERIFIED', 'EMAIL_CHANGE_REQUESTED', 'EMAIL_CHANGED',
        'PASSWORD_RESET_REQUESTED', 'PASSWORD_RESET', 'SECOND_FACTOR_ENABLED', 'SECOND_FACTOR_DISABLED',
        'SECOND_FACTOR_CHECKED', 'BACKUP_CODES_CREATED', 'PASSKEY_ADDED', 'PASSKEY_CHANGED', 'PASSKEY_REMOVED',
        'STEP_UP', 'PROVIDER_LINKED', 'PROVIDER_UNLINKED', 'BANNED', 'UNBANNED', 'DATA_EXPORTED',
        'ACCOUNT_DELETED', 'ACCESS_REFUSED'));
      comment on column auth.auth_event.kind is
        'As AuthEventKind in the GraphQL schema. The default is the one kind that fieldgate_api can insert; it adds '
        'ACCESS_REFUSED through record_refusal.';

      grant insert (address, user_agent) on auth.auth_event to fieldgate_api;

      create function auth.record_refusal(reason text, address text, user_agent text) returns void
        language sql security definer set search_path = '' as $$
          select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('record_refusal ' || app.viewer_id(), 0));
          insert into auth.auth_event (user_id, kind, outcome, address, user_agent, detail)
            select app.viewer_id(), 'ACCESS_REFUSED', 'REFUSED', address, user_agent, reason
            where app.viewer_id() is not null and not exists (
              select from auth.auth_event where user_id = app.viewer_id()
                and created_at > now() - interval '1 minute' and kind = 'ACCESS_REFUSED');
        $$;
      comment on function auth.record_refusal(text, text, text) is
        'Records that the API refused a request of the viewer, at most once a minute. Works with the rights of the '
        'owner: fieldgate_api may call it, and can insert no other kind of event than its own.';
      revoke execute on function auth.record_refusal(text, text, text) from public;
      grant execute on function auth.record_refusal(text, text, text) to fieldgate_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function auth.record_refusal(text, text, text);
      revoke insert (address, user_agent) on auth.auth_event from fieldgate_api;
      alter table auth.auth_event drop constraint auth_event_kind_check;
      alter table auth.auth_event add constraint auth_event_kind_check check (kind in (
        'SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'EVERY_OWNER_READ')) not valid;
      comment on constraint auth_event_kind_check on auth.auth_event is
        'Not valid: the log is append-only, and what was kept meanwhile stays.';
    `);
  }
}
