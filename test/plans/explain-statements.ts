import { escapeLiteral, type PoolClient, type QueryResultRow } from 'pg';
import type { RunStatement } from '../../server/data/pg/viewer-database.ts';

/** A node of a plan in `EXPLAIN (FORMAT JSON)`: the properties that the tests read. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Actual Rows'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** PostgreSQL plans a prepared statement for the values of a call, or once for all values. */
const PLAN_CACHE_MODES = ['force_custom_plan', 'force_generic_plan'] as const;

/** A statement of the data layer and its plan. */
export interface ExplainedStatement {
  /** The statement's name without its fingerprint. */
  readonly kind: string;
  readonly text: string;
  readonly planCacheMode: (typeof PLAN_CACHE_MODES)[number];
  readonly plan: PlanNode;
}

/**
 * Runs repositories as a viewer and explains every statement that they send, in both plan cache modes. Rolls all
 * changes back at the end.
 * @param client a connection of the API's role
 */
export async function explainStatements(
  client: PoolClient,
  viewer: string,
  work: (run: RunStatement) => Promise<unknown>,
): Promise<ExplainedStatement[]> {
  const statements: ExplainedStatement[] = [];
  const run: RunStatement = async <Row extends QueryResultRow>(
    { name, text }: { name: string; text: string },
    values: readonly unknown[],
    type?: string,
  ) => {
    await client.query(`select set_config('app.every_owner', $1, true)`, [type ?? '']);
    for (const planCacheMode of PLAN_CACHE_MODES)
      statements.push({
        kind: statementKind(name),
        text,
        planCacheMode,
        plan: await explain(client, text, values, planCacheMode),
      });
    return (await client.query<Row>(text, [...values])).rows;
  };
  await client.query('begin');
  try {
    await client.query(`select set_config('app.viewer_id', $1, true)`, [viewer]);
    await work(run);
  } finally {
    await client.query('rollback');
  }
  return statements;
}

/** Returns the first part of a statement's name, which consists of its kind and a fingerprint of its text. */
function statementKind(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

async function explain(
  client: PoolClient,
  text: string,
  values: readonly unknown[],
  planCacheMode: (typeof PLAN_CACHE_MODES)[number],
): Promise<PlanNode> {
  await client.query('savepoint before');
  await client.query(`set local plan_cache_mode = ${planCacheMode}`);
  await client.query(`prepare explained as ${text}`);
  const list = values.length === 0 ? '' : `(${values.map(literal).join()})`;
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, format json) execute explained${list}`,
  );
  await client.query('deallocate explained');
  await client.query('rollback to savepoint before');
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error(`No plan for ${text}`);
  return plan;
}

/** Returns a value as a literal for EXECUTE. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join()}}`);
  return escapeLiteral(value instanceof Date ? value.toISOString() : `${value as string | number | boolean}`);
}

/** Yields every node of a plan. */
function* nodesOf(plan: PlanNode): Generator<PlanNode> {
  yield plan;
  for (const child of plan.Plans ?? []) yield* nodesOf(child);
}

/** Returns every node that reads a table, with the conditions of the indexes that it uses. */
export function tableScans(plan: PlanNode): { readonly node: PlanNode; readonly conditions: readonly string[] }[] {
  return [...nodesOf(plan)]
    .filter((node) => node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan'))
    .map((node) => {
      const indexes = [...nodesOf(node)].filter((each) => each['Node Type'] === 'Bitmap Index Scan');
      const scans = node['Node Type'] === 'Bitmap Heap Scan' ? indexes : [node];
      return { node, conditions: scans.map((each) => each['Index Cond'] ?? '') };
    });
}
