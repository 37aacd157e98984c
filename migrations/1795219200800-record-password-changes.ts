import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the change of a password to the kinds of events in the security log. */
export class RecordPasswordChanges1795219200800 implements MigrationInterface {
  readonly name = 'RecordPasswordChanges1795219200800';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth.auth_event drop constraint auth_event_kind_check;
      alter table auth.auth_event add constraint auth_event_kind_check check (kind in (
        'SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'PASSWORD_CHANGED', 'ROLE_CHANGED', 'EVERY_OWNER_READ'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table auth.auth_event drop constraint auth_event_kind_check;
      alter table auth.auth_event add constraint auth_event_kind_check check (kind in (
        'SIGN_UP', 'SIGN_IN', 'SIGN_OUT', 'RENEWAL', 'ROLE_CHANGED', 'EVERY_OWNER_READ')) not valid;
      comment on constraint auth_event_kind_check on auth.auth_event is
        'Not valid: the log is append-only, and what was kept meanwhile stays.';
    `);
  }
}
