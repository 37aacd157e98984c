import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An index for what each API process reads when its channel opens: the revocations of the last quarter of an hour or so,
 * out of a table that keeps a day of them. Without it PostgreSQL reads the whole table each time.
 */
export class IndexRevocationsByTime1795219202100 implements MigrationInterface {
  readonly name = 'IndexRevocationsByTime1795219202100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index session_revocation_revoked_at_idx on auth.session_revocation (revoked_at);
      comment on index auth.session_revocation_revoked_at_idx is
        'What an API process reads when it starts to listen: the revocations that a living token can have outlived.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index auth.session_revocation_revoked_at_idx');
  }
}
