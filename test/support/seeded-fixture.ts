import { checkSchema } from '../../server/access/index.ts';
import { ownersOf } from '../../server/app.ts';
import type { Owners } from '../../server/data/query/owned-statements.ts';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { executableSchema } from '../../server/executable-schema.ts';
import { type Superuser, connectSuperuser } from './superuser.ts';
import { createTestDatabase } from './test-database.ts';

/** A database with two users, who own a task with a step each. Bob is the viewer; Alice's rows must stay hidden. */
export interface SeededFixture {
  readonly source: DatabaseSource;
  readonly superuser: Superuser;
  readonly alice: string;
  readonly bob: string;
  readonly alicesTask: string;
  readonly bobsTask: string;
  readonly alicesStep: string;
  readonly bobsStep: string;
  /** Returns all columns of Alice's tasks and steps; at first one of each. */
  alicesRows(): Promise<unknown[]>;
  end(): Promise<void>;
}

/** Creates the database; the superuser runs `disablingSql` before the rows are inserted. */
export async function createSeededFixture(disablingSql = 'select'): Promise<SeededFixture> {
  const database = await createTestDatabase();
  const superuser = await connectSuperuser(database.superuser);
  await superuser.rows(disablingSql);
  const source = await openDatabaseSource({ url: database.api });
  const [alice, bob] = [await superuser.insertUser('alice'), await superuser.insertUser('bob')];
  const alicesTask = await superuser.insertTask(alice, { title: "alice's" });
  const bobsTask = await superuser.insertTask(bob, { title: "bob's" });
  const alicesStep = await superuser.insertStep(alice, alicesTask, { title: "alice's" });
  const bobsStep = await superuser.insertStep(bob, bobsTask, { title: "bob's" });
  return {
    source,
    superuser,
    alice,
    bob,
    alicesTask,
    bobsTask,
    alicesStep,
    bobsStep,
    alicesRows: async () => [
      ...(await superuser.rows('select * from app.task where user_id = $1 order by id', [alice])),
      ...(await superuser.rows('select * from app.step where user_id = $1 order by id', [alice])),
    ],
    async end() {
      await source.close();
      await superuser.end();
      await database.drop();
    },
  };
}

/** Returns the owners that the schema declares for each type. */
export function schemaOwners(): Owners {
  return ownersOf(checkSchema(executableSchema()));
}
