import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates the security log, an append-only record of events of accounts. There is no foreign key to the account: the
 * events of a deleted account are kept, a deletion need not update the log, and a sign-in attempt costs the same
 * whether or not the email has an account.
 */
export class CreateAuthEvents1795219200600 implements MigrationInterface {
  readonly name = 'CreateAuthEvents1795219200600';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table auth.auth_event (
        id uuid primary key default gen_random_uuid(),
        user_id uuid,
        kind text not null default 'EVERY_OWNER_READ'
          check (kind in ('SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'ROLE_CHANGED', 'EVERY_OWNER_READ')),
        outcome text not null default 'SUCCEEDED'
          check (outcome in ('SUCCEEDED', 'FAILED', 'REFUSED', 'LIMITED')),
        address text check (char_length(address) <= 64),
        user_agent text check (char_length(user_agent) <= 300),
        detail text check (char_length(detail) <= 100),
        created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
      );
      comment on table auth.auth_event is
        'What happened to accounts. Append-only: no role of the product may change or delete an entry; the owner may, to '
        'let go of what is too old.';
      comment on column auth.auth_event.user_id is
        'Whom it happened to; null where that is not known, as at an attempt on an address without an account. No '
        'foreign key: the entry outlives the account, and its id then names nobody.';
      comment on column auth.auth_event.kind is
        'As AuthEventKind in the GraphQL schema. The default is the one kind that fieldgate_api can write.';
      comment on column auth.auth_event.outcome is 'As AuthEventOutcome in the GraphQL schema.';
      comment on column auth.auth_event.address is 'The IP address that the request came from, as far as trusted proxies vouch for it.';
      comment on column auth.auth_event.user_agent is 'What the client called itself, cut off at 300 characters: anybody can write anything there.';
      comment on column auth.auth_event.detail is 'A code: why it failed, which type was read, which role came of which. Never anything that a visitor typed.';
      comment on column auth.auth_event.created_at is 'To the millisecond, which is as fine as clients and cursors count.';
      create index auth_event_of_user on auth.auth_event (user_id, created_at desc, id);
      comment on index auth.auth_event_of_user is 'A page of one user''s record, newest first, by keyset.';
      create index auth_event_in_order on auth.auth_event (created_at desc, id);
      comment on index auth.auth_event_in_order is 'A page of the whole log, newest first, by keyset.';

      create function app.acts_for_every_owner(type text, roles text[]) returns boolean
        language sql stable parallel safe
        return coalesce(current_setting('app.every_owner', true) = type, false)
          and exists (select from auth."user" u where u.id = app.viewer_id() and u.role = any (roles));
      comment on function app.acts_for_every_owner(text, text[]) is
        'Whether the transaction has said that it reads this type for every owner, and the viewer''s account, as it is '
        'now, has one of the roles: what an older token says does not count.';
      revoke execute on function app.acts_for_every_owner(text, text[]) from public;
      grant execute on function app.acts_for_every_owner(text, text[]) to fieldgate_api;

      alter table auth.auth_event enable row level security;
      alter table auth.auth_event force row level security;
      create policy maintenance on auth.auth_event to current_user using (true) with check (true);
      comment on policy maintenance on auth.auth_event is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy accounts on auth.auth_event for insert to fieldgate_auth with check (true);
      comment on policy accounts on auth.auth_event is 'The web app adds to the log. It can neither read nor change it.';
      create policy owner_select on auth.auth_event for select to fieldgate_api
        using (user_id = (select app.viewer_id()) or (select app.acts_for_every_owner('AuthEvent', array['ADMIN'])));
      create policy owner_insert on auth.auth_event for insert to fieldgate_api
        with check (user_id = (select app.viewer_id()));

      grant insert (user_id, kind, outcome, address, user_agent, detail) on auth.auth_event to fieldgate_auth;
      grant select on auth.auth_event to fieldgate_api;
      grant insert (user_id, detail) on auth.auth_event to fieldgate_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table auth.auth_event;
      drop function app.acts_for_every_owner(text, text[]);
    `);
  }
}
