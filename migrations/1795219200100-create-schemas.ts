import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the two schemas with their USAGE privileges, and the function that every policy calls. */
export class CreateSchemas1795219200100 implements MigrationInterface {
  readonly name = 'CreateSchemas1795219200100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema app cascade; drop schema auth cascade;');
  }
}
