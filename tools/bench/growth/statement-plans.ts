import { Pool } from 'pg';
import { checkSchema } from '../../../server/access/index.ts';
import { ownersOf } from '../../../server/app.ts';
import { createOwnedData } from '../../../server/data/owned-data.ts';
import { openDatabaseSource } from '../../../server/data/database-source.ts';
import { executableSchema } from '../../../server/executable-schema.ts';
import { DATA_CALLS } from '../../../test/plans/data-calls.ts';
import { explainStatements, type PlanNode, tableScans } from '../../../test/plans/explain-statements.ts';
import type { SeededUser } from '../stand/seed-users.ts';

/** How PostgreSQL finds the rows of one kind of statement. */
export type IndexesByKind = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns the access paths by kind of statement: every call of `test/plans`, as one user, with generic and custom plans. */
export async function plansFor(databaseUrl: string, { id: viewer, taskIds }: SeededUser): Promise<IndexesByKind> {
  const owners = ownersOf(checkSchema(executableSchema()));
  const source = await openDatabaseSource({ url: databaseUrl, poolSize: 1 });
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const indexesByKind = new Map<string, Set<string>>();
  try {
    const [task = '', other = '', first = '', second = ''] = taskIds;
    const rows = { task, other, equalPositionTasks: [first, second] as const, step: task };
    const client = await pool.connect();
    for (const [, call] of DATA_CALLS) {
      const bind = createOwnedData(source.mapping, owners);
      for (const { kind, plan } of await explainStatements(client, viewer, (run) => call(bind(viewer, run), rows)))
        indexesByKind.set(kind, new Set([...(indexesByKind.get(kind) ?? []), indexesUsed(plan)]));
    }
    client.release();
  } finally {
    await pool.end();
    await source.close();
  }
  return indexesByKind;
}

function indexesUsed(plan: PlanNode): string {
  const indexes = tableScans(plan).flatMap(({ node }) =>
    node['Node Type'] === 'Seq Scan' ? [`all of ${node['Relation Name']}`] : indexesUnder(node),
  );
  return [...new Set(indexes)].toSorted().join(' + ');
}

function indexesUnder(node: PlanNode): string[] {
  const own = node['Index Name'] === undefined ? [] : [node['Index Name']];
  return [...own, ...(node.Plans ?? []).flatMap(indexesUnder)];
}
