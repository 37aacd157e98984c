import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes from PUBLIC what PostgreSQL grants on every new database and the processes do not need: temporary tables, with
 * which a role that may create nothing fills the disk. Nothing happens where another role owns the database.
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
