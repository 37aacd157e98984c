import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOwnedData } from '../../server/data/owned-data.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../support/seeded-fixture.ts';
import { DATA_CALLS, type CallRows } from './data-calls.ts';
import { type ExplainedStatement, explainStatements, tableScans } from './explain-statements.ts';

/** The owner's column of every table of owned rows. */
const OWNED: Readonly<Record<string, string>> = { task: 'user_id', step: 'user_id', user: 'id', auth_event: 'user_id' };
/** The one kind that reads across owners, without a condition on the owner. */
const CROSS_OWNER = 'authEvent.crossOwner';

/** 400 users with 40 tasks each, and Bob with 400; two steps a task, ten events a user. */
const ROWS = `
  insert into auth."user" (id, name, email, email_verified, role)
    select gen_random_uuid(), 'p' || n, 'p' || n || '@example.com', true, 'USER' from generate_series(1, 400) n;
  insert into app.task (user_id, id, title, position, done, completed_at, due_at)
    select u.id, gen_random_uuid(), 'task ' || n, n, n % 2 = 0, case when n % 2 = 0 then now() end,
      case when n % 3 = 0 then now() + n * interval '1 hour' end
    from auth."user" u, generate_series(1, 400) n where n <= 40 or u.name = 'bob';
  insert into app.step (user_id, task_id, id, title, position)
    select t.user_id, t.id, gen_random_uuid(), 'step', n from app.task t, generate_series(1, 2) n;
  insert into auth.auth_event (user_id, kind, outcome, created_at)
    select u.id, 'SIGN_IN', 'SUCCEEDED', date_trunc('milliseconds', now()) - row_number() over () * interval '1 second'
    from auth."user" u, generate_series(1, 10) n;
  update auth."user" set role = 'ADMIN' where name = 'bob'`;

let seeded: SeededFixture;
let statements: (ExplainedStatement & { readonly call: string })[];

beforeAll(async () => {
  seeded = await createSeededFixture();
  const { superuser, bob, source } = seeded;
  await superuser.rows(ROWS);
  const tasks = await superuser.rows<{ id: string }>(
    'select id from app.task where user_id = $1 order by position desc limit 4',
    [bob],
  );
  const [task = '', other = '', one = '', two = ''] = tasks.map(({ id }) => id);
  await superuser.rows('update app.task set position = 7.5 where id = any ($1)', [[one, two]]);
  const [step] = await superuser.rows<{ id: string }>('select id from app.step where task_id = $1', [task]);
  for (const table of ['app.task', 'app.step', 'auth.auth_event', 'auth."user"'])
    await superuser.rows(`vacuum analyze ${table}`);

  const equalPositionTasks = [one, two].toSorted() as [string, string];
  const rows: CallRows = { task, other, equalPositionTasks, step: step?.id ?? '' };
  const client = await source.pool.connect();
  statements = [];
  for (const [name, call] of DATA_CALLS) {
    // A new data layer for each call: only its first statements have names, and the name contains the kind.
    const bind = createOwnedData(source.mapping, schemaOwners());
    const plans = await explainStatements(client, bob, (run) => call(bind(bob, run), rows));
    statements.push(...plans.map((each) => ({ ...each, call: name })));
  }
  client.release();
}, 60_000);
afterAll(() => seeded.end());

/** Returns the statements without duplicates: many calls send the same text. */
const distinct = () => [...new Map(statements.map((each) => [`${each.planCacheMode} ${each.text}`, each])).values()];

describe('on tables of many owners', () => {
  test('explains every kind of statement of the data layer', () => {
    const folder = path.resolve(import.meta.dirname, '../../server/data');
    const sources = fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const written = sources.flatMap((name) => {
      const text = fs.readFileSync(path.join(folder, name), 'utf8');
      return [...text.matchAll(/\bstatementCache(?:\.getOrCreate(?:<\w+>)?\(|, )\s*'([\w.]+)'/g)].map(
        ([, kind = '']) => kind,
      );
    });
    expect(written.length).toBeGreaterThan(15);
    expect(new Set(statements.map(({ kind }) => kind)), 'add a call for each kind to test/plans/data-calls.ts').toEqual(
      new Set(written),
    );
  });

  // covers: DATA-10, EDGE-13, FR-022
  test('finds rows by their owner in an index, without a sequential scan, in every statement', () => {
    for (const { kind, call, planCacheMode, plan, text } of distinct()) {
      const reads = tableScans(plan);
      expect(reads.length, `${call}: ${text}`).toBeGreaterThan(0);
      for (const { node, conditions } of reads) {
        const table = node['Relation Name'] ?? '';
        const where = `${call}, ${planCacheMode}: ${node['Node Type']} of ${table}\n${text}`;
        expect(node['Node Type'], where).toMatch(/^(Index Scan|Index Only Scan|Bitmap Heap Scan)$/);
        if (kind === CROSS_OWNER && table === 'auth_event') continue;
        // Rows that an index finds by the owner are the viewer's, and so are those that a filter removes.
        for (const condition of conditions) expect(condition, where).toMatch(new RegExp(`\\b${OWNED[table]} = `));
      }
    }
  });

  // covers: EDGE-13
  test('reads at most a page of the security log, in the order of an index', () => {
    const reads = distinct()
      .filter(({ kind }) => kind === CROSS_OWNER)
      .flatMap(({ plan }) => tableScans(plan))
      .filter(({ node }) => node['Relation Name'] === 'auth_event');
    expect(reads).toHaveLength(6);
    for (const { node } of reads) {
      expect(node['Index Name']).toMatch(/^auth_event_(in_order|of_kind)$/);
      expect((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)).toBeLessThanOrEqual(7);
    }
  });
});
