import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds what Better Auth's second factor and passkey plugins store, and the time at which the user of a session last
 * authenticated, which was the session's creation before. Compared by web/auth/better-auth-schema.test.ts.
 */
export class AddSecondFactors1795220003000 implements MigrationInterface {
  readonly name = 'AddSecondFactors1795220003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth.session add column authenticated_at timestamptz;
      update auth.session set authenticated_at = created_at;
      alter table auth.session alter column authenticated_at set default current_timestamp;
      alter table auth.session alter column authenticated_at set not null;
      comment on column auth.session.authenticated_at is
        'When the user last authenticated in this session, with a password, a code or a passkey: the auth_time of access tokens.';
      comment on column auth.session.created_at is 'When the session was created.';

      alter table auth."user" add column two_factor_enabled boolean;
      comment on column auth."user".two_factor_enabled is
        'Whether a sign-in with the password needs a second factor. Null means no, as for accounts of before.';

      create table auth.two_factor (
        id uuid primary key default gen_random_uuid(),
        secret text not null,
        backup_codes text not null,
        user_id uuid not null references auth."user" (id) on delete cascade,
        verified boolean,
        failed_verification_count integer,
        locked_until timestamptz,
        last_used_step integer not null
      );
      comment on table auth.two_factor is 'The authenticator app and the backup codes of an account.';
      comment on column auth.two_factor.secret is 'The TOTP secret, encrypted with BETTER_AUTH_SECRET.';
      comment on column auth.two_factor.backup_codes is 'The HMACs of the unused backup codes, as a JSON array.';
      comment on column auth.two_factor.verified is 'False until the user has entered a first code.';
      comment on column auth.two_factor.last_used_step is
        'The time step of the last accepted code: a code of this or an earlier step is refused (RFC 6238, section 5.2).';
      create index two_factor_secret_idx on auth.two_factor (secret);
      create unique index two_factor_user_id_key on auth.two_factor (user_id);

      create table auth.passkey (
        id uuid primary key default gen_random_uuid(),
        name text,
        public_key text not null,
        user_id uuid not null references auth."user" (id) on delete cascade,
        credential_id text not null,
        counter integer not null,
        device_type text not null,
        backed_up boolean not null,
        transports text,
        created_at timestamptz,
        aaguid text
      );
      comment on table auth.passkey is 'The passkeys of accounts (WebAuthn credentials). Public keys only.';
      create index passkey_user_id_idx on auth.passkey (user_id);
      create unique index passkey_credential_id_key on auth.passkey (credential_id);
      grant select, insert, update, delete on auth.two_factor, auth.passkey to fieldgate_auth;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table auth.passkey, auth.two_factor;
      alter table auth."user" drop column two_factor_enabled;
      alter table auth.session drop column authenticated_at;
    `);
  }
}
