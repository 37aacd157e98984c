import { afterAll, beforeAll } from 'vitest';
import { type Superuser, connectSuperuser } from './superuser.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A database of a test file's own, migrated and empty, and its superuser. */
export interface EmptyDatabaseFixture {
  readonly database: TestDatabase;
  readonly superuser: Superuser;
}

/** Makes it before the first test of a file or suite, and removes it after the last, when all that used it has ended. */
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
