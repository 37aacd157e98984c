import { withClient } from '../../../server/data/pg/with-client.ts';

/** Returns how many acknowledged tasks the database lacks; reads as superuser, bypassing row-level security. */
export async function countLostTasks(superuser: string, acknowledged: ReadonlySet<string>): Promise<number> {
  const kept = await withClient(superuser, async (client) => {
    const { rows } = await client.query<{ title: string }>('select title from app.task');
    return new Set(rows.map(({ title }) => title));
  });
  return [...acknowledged].filter((title) => !kept.has(title)).length;
}
