import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Creates Better Auth's tables, as `compileMigrations` generates them from its options, with these additions: emails
 * are unique regardless of case, a user has one account per provider, and there are comments. Compared by
 * web/auth/better-auth-schema.test.ts.
 */
export class CreateAuthTables1795219200200 implements MigrationInterface {
  readonly name = 'CreateAuthTables1795219200200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table auth.rate_limit, auth.verification, auth.account, auth.session, auth."user"');
  }
}
