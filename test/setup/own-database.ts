import { afterAll, beforeAll } from 'vitest';
import { type Superuser, superuser } from '../api/people.ts';
import { createDatabase, type TestDatabase } from './database.ts';

/** A database of a test file's own, migrated and empty, and its superuser. */
export interface OwnDatabase {
  readonly place: TestDatabase;
  readonly above: Superuser;
}

/** Makes it before the first test of a file or suite, and removes it after the last, when all that used it has ended. */
export function ownDatabase(): OwnDatabase {
  const there = {} as { -readonly [Name in keyof OwnDatabase]: OwnDatabase[Name] };
  beforeAll(async () => {
    there.place = await createDatabase();
    there.above = await superuser(there.place.superuser);
  });
  afterAll(async () => {
    await there.above.end();
    await there.place.drop();
  });
  return there;
}
