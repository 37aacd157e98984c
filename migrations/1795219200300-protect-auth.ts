import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Grants the privileges of fieldgate_auth, and those of fieldgate_api, which can read the viewer's own account only,
 * and neither password hashes nor session tokens.
 */
export class ProtectAuth1795219200300 implements MigrationInterface {
  readonly name = 'ProtectAuth1795219200300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      revoke all on all tables in schema auth from fieldgate_api, fieldgate_auth;
      drop policy owner_select on auth."user";
      drop policy accounts on auth."user";
      drop policy maintenance on auth."user";
      alter table auth."user" no force row level security;
      alter table auth."user" disable row level security;
    `);
  }
}
