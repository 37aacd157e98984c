-- The database of aa3267c, by test/upgrade/record-release.ts. Do not edit.
CREATE TABLE "fieldgate_migrations" ("id" SERIAL NOT NULL, "timestamp" bigint NOT NULL, "name" character varying NOT NULL, CONSTRAINT "PK_17008b0257f740670315555af45" PRIMARY KEY ("id"));
create schema auth;
      comment on schema auth is 'Accounts and sessions. Belongs to Better Auth, which works as fieldgate_auth.';
      create schema app;
      comment on schema app is 'What people keep. Read and written by the API, which works as fieldgate_api.';

      grant usage on schema auth to fieldgate_auth, fieldgate_api;
      grant usage on schema app to fieldgate_api;

      create function app.viewer_id() returns uuid
        language sql stable parallel safe
        return nullif(current_setting('app.viewer_id', true), '')::uuid;
      comment on function app.viewer_id() is
        'The verified user on whose behalf the transaction runs, or null. '
        'Set with set_config(''app.viewer_id'', ..., true); after the transaction it reads as an empty string, hence the nullif.';
      revoke execute on function app.viewer_id() from public;
      grant execute on function app.viewer_id() to fieldgate_api;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200100', 'CreateSchemas1795219200100');
create table auth."user" (
        id uuid primary key default gen_random_uuid(),
        name text not null,
        email text not null unique,
        email_verified boolean not null,
        image text,
        created_at timestamptz not null default current_timestamp,
        updated_at timestamptz not null default current_timestamp,
        role text not null check (role in ('USER', 'ADMIN'))
      );
      comment on table auth."user" is 'A person with an account.';
      comment on column auth."user".email is 'What they sign in with, in lower case.';
      comment on column auth."user".role is 'As Role in the GraphQL schema. No sign-up can set it.';
      create unique index user_email_lower_key on auth."user" (lower(email));
      comment on index auth.user_email_lower_key is
        'One account for an address, also when fifty sign-ups in mixed letter case arrive at once.';

      create table auth.session (
        id uuid primary key default gen_random_uuid(),
        expires_at timestamptz not null,
        token text not null unique,
        created_at timestamptz not null default current_timestamp,
        updated_at timestamptz not null,
        ip_address text,
        user_agent text,
        user_id uuid not null references auth."user" (id) on delete cascade
      );
      comment on table auth.session is 'A browser in which somebody is signed in. Its id is the sid of access tokens.';
      comment on column auth.session.token is 'What the signed cookie holds. Whoever reads it, and the signing secret, is that user.';
      comment on column auth.session.created_at is 'When the user proved who they are: the auth_time of access tokens.';
      create index session_user_id_idx on auth.session (user_id);

      create table auth.account (
        id uuid primary key default gen_random_uuid(),
        account_id text not null,
        provider_id text not null,
        user_id uuid not null references auth."user" (id) on delete cascade,
        access_token text,
        refresh_token text,
        id_token text,
        access_token_expires_at timestamptz,
        refresh_token_expires_at timestamptz,
        scope text,
        password text,
        created_at timestamptz not null default current_timestamp,
        updated_at timestamptz not null,
        unique (provider_id, account_id)
      );
      comment on table auth.account is 'A way to sign in. The provider "credential" is the password; its account_id is the user''s id.';
      comment on column auth.account.password is 'An argon2id hash in PHC form. Only fieldgate_auth may read it.';
      create index account_user_id_idx on auth.account (user_id);

      create table auth.verification (
        id uuid primary key default gen_random_uuid(),
        identifier text not null,
        value text not null,
        expires_at timestamptz not null,
        created_at timestamptz not null default current_timestamp,
        updated_at timestamptz not null default current_timestamp
      );
      comment on table auth.verification is 'A short-lived secret that was sent to somebody, to be shown again.';
      create index verification_identifier_idx on auth.verification (identifier);

      create table auth.rate_limit (
        id uuid primary key default gen_random_uuid(),
        key text not null unique,
        count integer not null,
        last_request bigint not null
      );
      comment on table auth.rate_limit is 'How often an address has asked for a path, counted for all processes together.';
      comment on column auth.rate_limit.last_request is 'Milliseconds since the epoch.';
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200200', 'CreateAuthTables1795219200200');
grant select, insert, update, delete on all tables in schema auth to fieldgate_auth;

      alter table auth."user" enable row level security;
      alter table auth."user" force row level security;
      create policy maintenance on auth."user" to current_user using (true) with check (true);
      comment on policy maintenance on auth."user" is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy accounts on auth."user" to fieldgate_auth using (true) with check (true);
      create policy owner_select on auth."user" for select to fieldgate_api
        using (id = (select app.viewer_id()));

      grant select (id, name, email, email_verified, role, created_at) on auth."user" to fieldgate_api;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200300', 'ProtectAuth1795219200300');
create table app.task (
        user_id uuid not null references auth."user" (id) on delete cascade,
        id uuid not null,
        title text not null check (char_length(title) between 1 and 200),
        description text not null default '' check (char_length(description) <= 10000),
        done boolean not null default false,
        due_at timestamptz,
        priority text not null default 'NORMAL' check (priority in ('LOW', 'NORMAL', 'HIGH')),
        position double precision not null default - extract(epoch from clock_timestamp()),
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        completed_at timestamptz,
        primary key (user_id, id),
        check (done = (completed_at is not null))
      );
      comment on table app.task is 'What a user wants done. Only its owner may reach it: see the policies.';
      comment on column app.task.user_id is 'The owner; leads every key. There is no grant to change it.';
      comment on column app.task.position is 'Smaller comes first. The default puts a new task on top.';
      comment on column app.task.version is 'Goes up by one with every change.';
      create index task_in_order on app.task (user_id, position, id);
      comment on index app.task_in_order is 'A page of the list, by keyset.';

      alter table app.task enable row level security;
      alter table app.task force row level security;
      create policy maintenance on app.task to current_user using (true) with check (true);
      comment on policy maintenance on app.task is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy owner_select on app.task for select to fieldgate_api using (user_id = (select app.viewer_id()));
      create policy owner_insert on app.task for insert to fieldgate_api
        with check (user_id = (select app.viewer_id()));
      create policy owner_update on app.task for update to fieldgate_api
        using (user_id = (select app.viewer_id())) with check (user_id = (select app.viewer_id()));
      create policy owner_delete on app.task for delete to fieldgate_api using (user_id = (select app.viewer_id()));

      grant select, delete on app.task to fieldgate_api;
      grant insert (user_id, id, title, description, done, due_at, priority, completed_at) on app.task to fieldgate_api;
      grant update (title, description, done, due_at, priority, position, version, updated_at, completed_at)
        on app.task to fieldgate_api;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200400', 'CreateTasks1795219200400');
create table app.step (
        user_id uuid not null,
        id uuid not null,
        task_id uuid not null,
        title text not null check (char_length(title) between 1 and 200),
        done boolean not null default false,
        position double precision not null,
        primary key (user_id, id),
        foreign key (user_id, task_id) references app.task (user_id, id) on delete cascade
      );
      comment on table app.step is 'What a task takes. Only its owner may reach it: see the policies.';
      comment on column app.step.user_id is
        'The owner, the same as the task''s; leads every key. There is no grant to change it.';
      comment on column app.step.id is 'A UUID, version 7. There is no grant to change it.';
      comment on column app.step.task_id is 'The task it belongs to, for good: there is no grant to change it.';
      comment on column app.step.title is 'What is to be done, in a line.';
      comment on column app.step.done is 'Whether it has been done.';
      comment on column app.step.position is 'Smaller comes first among the steps of a task.';
      create index step_in_order on app.step (user_id, task_id, position, id);
      comment on index app.step_in_order is 'The steps of many tasks at once, each in order; also for the cascade.';

      alter table app.step enable row level security;
      alter table app.step force row level security;
      create policy maintenance on app.step to current_user using (true) with check (true);
      comment on policy maintenance on app.step is
        'Row security is forced on the owner too: without this its backfills would touch no rows, in silence.';
      create policy owner_select on app.step for select to fieldgate_api using (user_id = (select app.viewer_id()));
      create policy owner_insert on app.step for insert to fieldgate_api
        with check (user_id = (select app.viewer_id()));
      create policy owner_update on app.step for update to fieldgate_api
        using (user_id = (select app.viewer_id())) with check (user_id = (select app.viewer_id()));
      create policy owner_delete on app.step for delete to fieldgate_api using (user_id = (select app.viewer_id()));
      comment on policy owner_select on app.step is 'The viewer reads their own steps.';
      comment on policy owner_insert on app.step is 'The viewer adds steps of their own.';
      comment on policy owner_update on app.step is 'The viewer changes their own steps, and they stay theirs.';
      comment on policy owner_delete on app.step is 'The viewer deletes their own steps.';

      grant select, delete on app.step to fieldgate_api;
      grant insert (user_id, id, task_id, title, done, position) on app.step to fieldgate_api;
      grant update (title, done) on app.step to fieldgate_api;
      grant insert (position) on app.task to fieldgate_api;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200500', 'CreateSteps1795219200500');
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
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200600', 'CreateAuthEvents1795219200600');
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
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200700', 'CreateSessionRevocations1795219200700');
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
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200710', 'AwaitPasswordChanges1795219200710');
alter table auth.auth_event drop constraint auth_event_kind_check;
      alter table auth.auth_event add constraint auth_event_kind_check check (kind in (
        'SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'EVERY_OWNER_READ'));
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219200800', 'RecordPasswordChanges1795219200800');
alter table auth.rate_limit add column hits bigint[] not null default '{}';
      comment on table auth.rate_limit is
        'Admitted attempts per key, counted for all processes together. Written by take_attempts alone.';
      comment on column auth.rate_limit.key is 'What is counted together: a network and a path.';
      comment on column auth.rate_limit.count is 'How many attempts were in the window at the last admission.';
      comment on column auth.rate_limit.last_request is 'The last admission, in milliseconds since the epoch.';
      comment on column auth.rate_limit.hits is
        'The admissions within the window, oldest first, in milliseconds since the epoch. Never more than the limit.';
      create index rate_limit_last_request_idx on auth.rate_limit (last_request);
      comment on index auth.rate_limit_last_request_idx is 'The rows that retention removes.';

      create function auth.take_attempts(
        counted text, wanted integer, most integer, span bigint, out granted integer, out retry_after bigint
      ) language plpgsql set search_path = '' as $$
      declare
        stored bigint[];
        kept bigint[];
        at_ms bigint;
      begin
        loop
          select hits into stored from auth.rate_limit where key = counted for update;
          exit when found;
          insert into auth.rate_limit (key, count, last_request) values (counted, 0, 0) on conflict (key) do nothing;
        end loop;
        -- Read after the row is locked: attempts of one key have the order of the lock.
        at_ms := floor(extract(epoch from clock_timestamp()) * 1000);
        -- The clock may have been set back since: an admission in the future counts as one of now.
        kept := array(select least(hit, at_ms) from unnest(stored) as hit where hit > at_ms - span order by hit);
        granted := least(wanted, greatest(most - cardinality(kept), 0));
        if granted > 0 then
          kept := kept || array_fill(at_ms, array[granted]);
        end if;
        if granted > 0 or at_ms < any (stored) then
          update auth.rate_limit set hits = kept, count = cardinality(kept), last_request = at_ms where key = counted;
        end if;
        if granted < wanted then
          retry_after := kept[1 + cardinality(kept) - most] + span - at_ms;
        end if;
      end $$;
      comment on function auth.take_attempts(text, integer, integer, bigint) is
        'Admits up to "wanted" attempts of a key, as long as no window of "span" milliseconds has more than "most". '
        'Returns how many it admitted, and in how many milliseconds the next can be, where it refused any. '
        'One row lock makes it atomic. A refusal does not prolong the wait, and writes nothing, except that it moves '
        'admissions in the future (the clock was set back) to now: nobody waits longer than "span".';
      revoke execute on function auth.take_attempts(text, integer, integer, bigint) from public;
      grant execute on function auth.take_attempts(text, integer, integer, bigint) to fieldgate_auth;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219201000', 'CountAttemptsInASlidingWindow1795219201000');
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
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219201100', 'EndExpiredSessions1795219201100');
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
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219201200', 'RemoveOldEvents1795219201200');
do $$ begin
        execute format('revoke temporary on database %I from public', current_database());
      end $$;
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219202000', 'WithdrawTemporaryTables1795219202000');
create index session_revocation_revoked_at_idx on auth.session_revocation (revoked_at);
      comment on index auth.session_revocation_revoked_at_idx is
        'What an API process reads when it starts to listen: the revocations that a living token can have outlived.';
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219202100', 'IndexRevocationsByTime1795219202100');
comment on schema auth is 'Accounts and sessions. Used by Better Auth as the role fieldgate_auth.';
      comment on schema app is 'The users'' data. Used by the API as the role fieldgate_api.';
      comment on function app.viewer_id() is
        'The id of the verified user of this transaction, or null. '
        'Set with set_config(''app.viewer_id'', ..., true); after the transaction it is an empty string, hence the nullif.';

      comment on table auth."user" is 'A user with an account.';
      comment on column auth."user".email is 'The address of the account, in lower case.';
      comment on column auth."user".role is 'A value of Role in the GraphQL schema. Sign-up cannot set it.';
      comment on index auth.user_email_lower_key is
        'One account for each address, also under concurrent sign-ups in different letter case.';
      comment on table auth.session is 'A browser that is signed in. Its id is the sid of access tokens.';
      comment on column auth.session.token is
        'The value of the signed cookie. With it and the signing secret, an attacker is signed in as the user.';
      comment on column auth.session.created_at is 'The time of the sign-in: the auth_time of access tokens.';
      comment on table auth.account is
        'A sign-in method. The provider "credential" is the password; its account_id is the user''s id.';
      comment on column auth.account.password is 'An argon2id hash in PHC form. Only fieldgate_auth can read it.';
      comment on table auth.verification is 'A short-lived secret that a user must present.';

      comment on table app.task is 'A user''s task. Only its owner has access: see the policies.';
      comment on column app.task.user_id is 'The owner; leads every key. No grant allows changing it.';
      comment on column app.task.position is 'Sort key, ascending. The default puts a new task first.';
      comment on column app.task.version is 'Increases by one with every change.';
      comment on index app.task_in_order is 'A page of the list, by keyset.';
      comment on table app.step is 'A step of a task. Only its owner has access: see the policies.';
      comment on column app.step.user_id is
        'The owner, the same as the task''s; leads every key. No grant allows changing it.';
      comment on column app.step.id is 'A UUID, version 7. No grant allows changing it.';
      comment on column app.step.task_id is 'The task of the step. No grant allows changing it.';
      comment on column app.step.title is 'One line.';
      comment on column app.step.done is 'Whether the step is done.';
      comment on column app.step.position is 'Sort key among the steps of a task, ascending.';
      comment on index app.step_in_order is 'The steps of many tasks at once, in order; also for the cascade.';
      comment on policy owner_select on app.step is 'The viewer reads the viewer''s steps.';
      comment on policy owner_insert on app.step is 'The viewer adds steps with the viewer as owner.';
      comment on policy owner_update on app.step is 'The viewer changes the viewer''s steps, and cannot change their owner.';
      comment on policy owner_delete on app.step is 'The viewer deletes the viewer''s steps.';

      comment on table auth.auth_event is
        'Security events of accounts. Append-only: no runtime role can change or delete an event; the owner can, for '
        'retention.';
      comment on column auth.auth_event.user_id is
        'The user of the event; null if unknown, such as after an attempt with an unknown address. No foreign key: the '
        'event outlives the account.';
      comment on column auth.auth_event.kind is
        'A value of AuthEventKind in the GraphQL schema. The default is the only kind that fieldgate_api can write.';
      comment on column auth.auth_event.outcome is 'A value of AuthEventOutcome in the GraphQL schema.';
      comment on column auth.auth_event.address is 'The client''s IP address, according to trusted proxies.';
      comment on column auth.auth_event.user_agent is 'The User-Agent header, at most 300 characters. Clients can send anything.';
      comment on column auth.auth_event.detail is
        'A code: the reason of a failure, the type that was read, the old and new role. Never input of a client.';
      comment on column auth.auth_event.created_at is 'In milliseconds, the precision of clients and cursors.';
      comment on index auth.auth_event_of_user is 'A page of one user''s events, newest first, by keyset.';
      comment on index auth.auth_event_in_order is 'A page of all events, newest first, by keyset.';
      comment on function app.acts_for_every_owner(text, text[]) is
        'Whether the transaction has enabled cross-owner reads of this type and the viewer''s account has one of the '
        'roles now; the roles in the token are not used.';
      comment on policy accounts on auth.auth_event is 'The web app can add events, not read or change them.';

      comment on table auth.session_revocation is
        'Sids of revoked access tokens. It holds only ids, hence no row-level security. '
        'Written only by triggers, which also notify the channel session_revoked.';
      comment on column auth.session_revocation.session_id is 'The sid of the revoked tokens. No session has it.';
      comment on column auth.session_revocation.expires_at is
        'When every token of the session has expired: TOKEN_TTL is at most 24 hours, plus one hour for clock skew. '
        'Inserting rows deletes expired ones.';
      comment on column auth.session_revocation.reason is
        'ENDED: the session was deleted. RENAMED: the session has a new id, because claims of its tokens have changed.';
      comment on index auth.session_revocation_expires_at_idx is 'The rows to delete.';
      comment on function auth.revoke_sessions() is
        'Inserts the sids that a statement removed, and notifies the API processes at commit. A session that expired '
        'an hour ago needs no row: no token outlives its session. '
        'Deletes at least as many expired rows as it inserts, so that the table holds little more than a day.';
      comment on trigger revoke_deleted on auth.session is
        'Covers what hooks of Better Auth do not: cascades, bulk deletes, SQL.';
      comment on trigger revoke_renamed on auth.session is 'The session got another id: its tokens have the old one.';
      comment on trigger revoke_truncated on auth.session is 'TRUNCATE fires no other trigger.';
      comment on function auth.rename_session() is
        'Gives a session a new id when it ends earlier or changes its user: its tokens say otherwise.';
      comment on trigger rename_changed on auth.session is 'Its tokens would outlive it, or name another user.';
      comment on function auth.rename_sessions_of_user() is
        'Gives the sessions of a user new ids when role, address or verification change, which are claims of tokens: '
        'earlier tokens are rejected, and a renewal has the new claims.';
      comment on trigger rename_sessions on auth."user" is 'These columns are claims of tokens.';
      comment on function auth.await_user() is
        'Makes the creation of a session wait for a concurrent change of its user. Otherwise the session would keep '
        'its id, and its tokens the old claims.';
      comment on trigger await_user on auth.session is 'No session is created unnoticed during a change of its user or password.';
      comment on function auth.end_sessions_of_account() is
        'Ends every session when the password changes: an attacker with the old password may be signed in. '
        'Sessions created at the same time wait for it (see await_user), or are ended too.';
      comment on trigger end_sessions on auth.account is 'For every change of the password: an endpoint, a reset, SQL.';
      comment on constraint auth_event_kind_check on auth.auth_event is
        'Not valid: the log is append-only, so older rows stay.';

      comment on table auth.rate_limit is
        'Admitted attempts per key, shared by all processes. Written only by take_attempts.';
      comment on column auth.rate_limit.key is 'A network and a path, counted together.';
      comment on column auth.rate_limit.count is 'The number of attempts in the window at the last admission.';
      comment on column auth.rate_limit.hits is
        'The admissions within the window, oldest first, in milliseconds since the epoch. At most the limit.';
      comment on function auth.take_attempts(text, integer, integer, bigint) is
        'Admits up to "wanted" attempts of a key, while no window of "span" milliseconds has more than "most". '
        'Returns how many it admitted, and after a refusal the milliseconds until the next can be admitted. '
        'One row lock makes it atomic. A refusal does not prolong the wait, and only moves admissions that lie '
        'in the future, after the clock was set back, to now.';
comment on policy maintenance on auth."user" is
          'Row-level security is forced for the owner too: without this policy its backfills would silently change no rows';
comment on policy maintenance on app.task is
          'Row-level security is forced for the owner too: without this policy its backfills would silently change no rows';
comment on policy maintenance on app.step is
          'Row-level security is forced for the owner too: without this policy its backfills would silently change no rows';
comment on policy maintenance on auth.auth_event is
          'Row-level security is forced for the owner too: without this policy its backfills would silently change no rows';
INSERT INTO "fieldgate_migrations"("timestamp", "name") VALUES ('1795219203000', 'RewordComments1795219203000');
