import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownedData } from '../../server/data/data.ts';
import { owners, type Scene, scene } from '../walls/scene.ts';
import { CALLS, type Rows } from './calls.ts';
import { type Explained, explained, readsOf } from './explain.ts';

/** The tables that belong to owners, and the column that says to whom. */
const OWNED: Readonly<Record<string, string>> = { task: 'user_id', step: 'user_id', user: 'id', auth_event: 'user_id' };
/** The one kind that reads for every owner, and leaves out whom. */
const EVERYBODYS = 'authEvent.every';

/** 400 people with 40 tasks each, and one with ten times as many; two steps a task, ten events a person. */
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

let there: Scene;
let found: (Explained & { readonly call: string })[];

beforeAll(async () => {
  there = await scene();
  const { above, bob, source } = there;
  await above.rows(ROWS);
  const tasks = await above.rows<{ id: string }>(
    'select id from app.task where user_id = $1 order by position desc limit 4',
    [bob],
  );
  const [task = '', other = '', one = '', two = ''] = tasks.map(({ id }) => id);
  await above.rows('update app.task set position = 7.5 where id = any ($1)', [[one, two]]);
  const [step] = await above.rows<{ id: string }>('select id from app.step where task_id = $1', [task]);
  for (const table of ['app.task', 'app.step', 'auth.auth_event', 'auth."user"'])
    await above.rows(`vacuum analyze ${table}`);

  const twins = [one, two].toSorted() as [string, string];
  const rows: Rows = { task, other, twins, step: step?.id ?? '' };
  const client = await source.pool.connect();
  found = [];
  for (const [name, call] of CALLS) {
    // Anew for each: only the first statements of a process are prepared under a name, and the name says the kind.
    const bind = ownedData(source.mapping, owners());
    const plans = await explained(client, bob, (run) => call(bind(bob, run), rows));
    found.push(...plans.map((each) => ({ ...each, call: name })));
  }
  client.release();
}, 60_000);
afterAll(() => there.end());

/** `found` by text and planning: the same statement comes from many calls. */
const distinct = () => [...new Map(found.map((each) => [`${each.planning} ${each.text}`, each])).values()];

describe('on tables of many owners', () => {
  test('every kind of statement that the data layer has is looked at here', () => {
    const folder = path.resolve(import.meta.dirname, '../../server/data');
    const sources = fs.readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const written = sources.flatMap((name) => {
      const text = fs.readFileSync(path.join(folder, name), 'utf8');
      return [...text.matchAll(/\bshapes(?:\.of(?:<\w+>)?\(|, )\s*'([\w.]+)'/g)].map(([, kind = '']) => kind);
    });
    expect(written.length).toBeGreaterThan(15);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(written));
  });

  test('no statement reads a table from end to end, and each finds its rows by their owner', () => {
    for (const { kind, call, planning, plan, text } of distinct()) {
      const reads = readsOf(plan);
      expect(reads.length, `${call}: ${text}`).toBeGreaterThan(0);
      for (const { node, conditions } of reads) {
        const table = node['Relation Name'] ?? '';
        const where = `${call}, ${planning}: ${node['Node Type']} of ${table}\n${text}`;
        expect(node['Node Type'], where).toMatch(/^(Index Scan|Index Only Scan|Bitmap Heap Scan)$/);
        if (kind === EVERYBODYS && table === 'auth_event') continue;
        // What an index finds by its owner is the viewer's: whatever a filter removes after that is, too.
        for (const condition of conditions) expect(condition, where).toMatch(new RegExp(`\\b${OWNED[table]} = `));
      }
    }
  });

  test('everybody’s log is read in the order of its index, no more of it than a page', () => {
    const reads = distinct()
      .filter(({ kind }) => kind === EVERYBODYS)
      .flatMap(({ plan }) => readsOf(plan))
      .filter(({ node }) => node['Relation Name'] === 'auth_event');
    expect(reads).toHaveLength(4);
    for (const { node } of reads) {
      expect(node['Index Name']).toBe('auth_event_in_order');
      expect((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)).toBeLessThanOrEqual(7);
    }
  });
});
