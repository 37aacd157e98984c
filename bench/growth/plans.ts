import { Pool } from 'pg';
import { checkSchema } from '../../server/access/index.ts';
import { ownersOf } from '../../server/app.ts';
import { ownedData } from '../../server/data/data.ts';
import { openSource } from '../../server/data/source.ts';
import { executableSchema } from '../../server/schema.ts';
import { CALLS } from '../../test/plans/calls.ts';
import { explained, type PlanNode, readsOf } from '../../test/plans/explain.ts';
import type { Person } from '../stand/seed.ts';

/** How PostgreSQL finds the rows of each kind of statement. */
export type Plans = ReadonlyMap<string, ReadonlySet<string>>;

/** The ways by kind of statement: each call of `test/plans`, as one person, in both plannings. */
export async function plansFor(databaseUrl: string, { id: viewer, taskIds }: Person): Promise<Plans> {
  const owners = ownersOf(checkSchema(executableSchema()));
  const source = await openSource({ url: databaseUrl, poolSize: 1 });
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const ways = new Map<string, Set<string>>();
  try {
    const [task = '', other = '', first = '', second = ''] = taskIds;
    const rows = { task, other, twins: [first, second] as const, step: task };
    const client = await pool.connect();
    for (const [, call] of CALLS) {
      const bind = ownedData(source.mapping, owners);
      for (const { kind, plan } of await explained(client, viewer, (run) => call(bind(viewer, run), rows)))
        ways.set(kind, new Set([...(ways.get(kind) ?? []), wayOf(plan)]));
    }
    client.release();
  } finally {
    await pool.end();
    await source.close();
  }
  return ways;
}

function wayOf(plan: PlanNode): string {
  const indexes = readsOf(plan).flatMap(({ node }) =>
    node['Node Type'] === 'Seq Scan' ? [`all of ${node['Relation Name']}`] : indexesUnder(node),
  );
  return [...new Set(indexes)].toSorted().join(' + ');
}

function indexesUnder(node: PlanNode): string[] {
  const own = node['Index Name'] === undefined ? [] : [node['Index Name']];
  return [...own, ...(node.Plans ?? []).flatMap(indexesUnder)];
}
