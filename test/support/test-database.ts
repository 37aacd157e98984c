import { randomBytes } from 'node:crypto';
import { escapeIdentifier } from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { withClient } from '../../server/data/pg/with-client.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { type Superuser, connectSuperuser } from './superuser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection strings of the test run's server, as the superuser and as the three product roles. */
    readonly postgres: {
      readonly superuser: string;
      readonly owner: string;
      readonly api: string;
      readonly auth: string;
    };
  }
}

/** Connection strings of a migrated, empty database. */
export interface TestDatabase {
  /** The role that owns and migrates it; no superuser. */
  readonly owner: string;
  /** The API's role, `fieldgate_api`. */
  readonly api: string;
  /** Better Auth's role, `fieldgate_auth`. */
  readonly auth: string;
  /** The superuser, for checks that no product role may make. */
  readonly superuser: string;
  /** Drops the database and ends its connections. */
  readonly drop: () => Promise<void>;
}

/**
 * Creates a database on the test run's PostgreSQL and runs all migrations on it, in about half a second. Call it in
 * `beforeAll` and `drop` in `afterAll`.
 * @throws the error of PostgreSQL or of a migration
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await createUnmigratedDatabase();
  await migrate({ databaseUrl: database.owner, apiDatabaseUrl: database.api, authDatabaseUrl: database.auth });
  return database;
}

/** Creates a database without tables on the test run's PostgreSQL. */
export async function createUnmigratedDatabase(): Promise<TestDatabase> {
  const postgres = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const at = (url: string) => Object.assign(new URL(url), { pathname: name }).href;
  const urls = { owner: at(postgres.owner), api: at(postgres.api), auth: at(postgres.auth) };
  const owner = escapeIdentifier(new URL(postgres.owner).username);
  await runAsSuperuser(postgres.superuser, `create database ${escapeIdentifier(name)} owner ${owner}`);
  const drop = () => runAsSuperuser(postgres.superuser, `drop database ${escapeIdentifier(name)} with (force)`);
  return { ...urls, superuser: at(postgres.superuser), drop };
}

async function runAsSuperuser(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}

/** A migrated, empty database and a connection of its superuser. */
export interface EmptyDatabaseFixture {
  readonly database: TestDatabase;
  readonly superuser: Superuser;
}

/** Creates a database before the first test of a file or suite; drops it after the last. */
export function setUpEmptyDatabase(): EmptyDatabaseFixture {
  const fixture = {} as { -readonly [Name in keyof EmptyDatabaseFixture]: EmptyDatabaseFixture[Name] };
  beforeAll(async () => {
    fixture.database = await createTestDatabase();
    fixture.superuser = await connectSuperuser(fixture.database.superuser);
  });
  afterAll(async () => {
    await fixture.superuser.end();
    await fixture.database.drop();
  });
  return fixture;
}
