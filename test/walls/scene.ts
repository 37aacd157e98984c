import { checkSchema } from '../../server/access/index.ts';
import { ownersOf } from '../../server/app.ts';
import type { Owners } from '../../server/data/owned.ts';
import { openSource, type Source } from '../../server/data/source.ts';
import { executableSchema } from '../../server/schema.ts';
import { type Superuser, superuser } from '../api/people.ts';
import { createDatabase } from '../setup/database.ts';

/** Two people with rows of their own on a database of their own: Alice is who is stolen from, Bob is who asks. */
export interface Scene {
  readonly source: Source;
  readonly above: Superuser;
  readonly alice: string;
  readonly bob: string;
  readonly alicesTask: string;
  readonly bobsTask: string;
  readonly alicesStep: string;
  readonly bobsStep: string;
  /** Alice's tasks and steps, whole, as they are kept: one of each when the scene is laid. */
  alicesRows(): Promise<unknown[]>;
  end(): Promise<void>;
}

/** Lays the scene; `ruin` is run by the superuser beforehand. */
export async function scene(ruin = 'select'): Promise<Scene> {
  const database = await createDatabase();
  const above = await superuser(database.superuser);
  await above.rows(ruin);
  const source = await openSource({ url: database.api });
  const [alice, bob] = [await above.person('alice'), await above.person('bob')];
  const alicesTask = await above.task(alice, { title: "alice's" });
  const bobsTask = await above.task(bob, { title: "bob's" });
  const alicesStep = await above.step(alice, alicesTask, { title: "alice's" });
  const bobsStep = await above.step(bob, bobsTask, { title: "bob's" });
  return {
    source,
    above,
    alice,
    bob,
    alicesTask,
    bobsTask,
    alicesStep,
    bobsStep,
    alicesRows: async () => [
      ...(await above.rows('select * from app.task where user_id = $1 order by id', [alice])),
      ...(await above.rows('select * from app.step where user_id = $1 order by id', [alice])),
    ],
    async end() {
      await source.close();
      await above.end();
      await database.drop();
    },
  };
}

/** Whom each type belongs to, as the schema says. */
export function owners(): Owners {
  return ownersOf(checkSchema(executableSchema()));
}
