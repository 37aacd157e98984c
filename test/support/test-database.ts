import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { inject } from 'vitest';
import { withClient } from '../../server/data/pg/with-client.ts';
import { migrate } from '../../server/data/admin/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection strings into the test run's server, as the superuser and as the three roles of the product. */
    readonly postgres: {
      readonly superuser: string;
      readonly owner: string;
      readonly api: string;
      readonly auth: string;
    };
  }
}

/** A database of a test file's own: migrated and empty. */
export interface TestDatabase {
  /** The connection string of the role that owns and migrates it; no superuser. */
  readonly owner: string;
  /** The connection string of the API's role, `fieldgate_api`. */
  readonly api: string;
  /** The connection string of Better Auth's role, `fieldgate_auth`. */
  readonly auth: string;
  /** The superuser's connection string, for looking where no role of the product may look. */
  readonly superuser: string;
  /** Removes it; whoever is still connected is cut off. */
  readonly drop: () => Promise<void>;
}

/**
 * Makes a database on the test run's PostgreSQL and runs all migrations on it, about half a second. Call it in a
 * `beforeAll` and `drop` in the `afterAll`.
 * @throws what PostgreSQL or a migration says
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const postgres = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const at = (url: string) => Object.assign(new URL(url), { pathname: name }).href;
  const urls = { owner: at(postgres.owner), api: at(postgres.api), auth: at(postgres.auth) };
  const owner = escapeIdentifier(new URL(postgres.owner).username);
  await runAsSuperuser(postgres.superuser, `create database ${escapeIdentifier(name)} owner ${owner}`);
  await migrate({ databaseUrl: urls.owner, apiDatabaseUrl: urls.api, authDatabaseUrl: urls.auth });
  const drop = () => runAsSuperuser(postgres.superuser, `drop database ${escapeIdentifier(name)} with (force)`);
  return { ...urls, superuser: at(postgres.superuser), drop };
}

async function runAsSuperuser(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}
