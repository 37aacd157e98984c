import { checkSchema } from '../../server/access/index.ts';
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
  /** Alice's rows, whole, as they are kept. */
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
  return {
    source,
    above,
    alice,
    bob,
    alicesTask,
    bobsTask,
    alicesRows: () => above.rows('select * from app.task where user_id = $1 order by id', [alice]),
    async end() {
      await source.close();
      await above.end();
      await database.drop();
    },
  };
}

/** Whom each type belongs to, as the schema says. */
export function owners(): Owners {
  const { owners: rules } = checkSchema(executableSchema());
  return new Map(
    [...rules].map(([type, [rule]]) => [type, { field: rule?.field ?? '', orRoles: rule?.orRoles ?? [] }]),
  );
}
