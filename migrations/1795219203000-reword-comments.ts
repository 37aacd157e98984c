import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rewords the comments of earlier migrations, which psql shows, in the terms of the documents. No object changes: a merged
 * migration is not edited, so that databases migrated before and after agree.
 */
export class RewordComments1795219203000 implements MigrationInterface {
  readonly name = 'RewordComments1795219203000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    `);
    for (const table of ['auth."user"', 'app.task', 'app.step', 'auth.auth_event'])
      await runner.query(`
        comment on policy maintenance on ${table} is
          'Row-level security is forced for the owner too: without this policy its backfills would silently change no rows';
      `);
  }

  async down(): Promise<void> {
    // Comments have no effect: those of this migration may stay.
  }
}
