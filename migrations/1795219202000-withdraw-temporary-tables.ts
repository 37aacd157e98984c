import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Revokes TEMPORARY from PUBLIC, which PostgreSQL grants on every new database: with temporary tables, a role without
 * CREATE can fill the disk. Has no effect if another role owns the database.
 */
export class WithdrawTemporaryTables1795219202000 implements MigrationInterface {
  readonly name = 'WithdrawTemporaryTables1795219202000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        execute format('revoke temporary on database %I from public', current_database());
      end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        execute format('grant temporary on database %I to public', current_database());
      end $$`);
  }
}
