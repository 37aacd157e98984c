import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { openDatabaseSource, type DatabaseSource } from '../pg/database-source.ts';

const there = setUpEmptyDatabase();
let source: DatabaseSource;

beforeAll(async () => {
  source = await openDatabaseSource({ url: there.database.api });
});
afterAll(async () => {
  await source.close();
});

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  readonly key: boolean;
}

const CATALOG = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
    a.atthasdef as "hasDefault", coalesce(a.attnum = any(i.indkey), false) as key,
    has_column_privilege('fieldgate_api', c.oid, a.attnum, 'select') as visible
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.oid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** Where the mapping and the tables disagree, as far as the API can see them. */
async function drift(mapping: DataSource): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const { tablePath, columns } of mapping.entityMetadatas) {
    const [schema, table] = tablePath.split('.');
    const found = await there.superuser.rows<Column & { visible: boolean }>(CATALOG, [`"${schema}"."${table}"`]);
    const mapped = new Map(
      columns.map((column) => [
        column.databaseName,
        {
          type: mapping.driver.normalizeType(column),
          nullable: column.isNullable,
          hasDefault: column.default !== undefined,
          key: column.isPrimary,
        },
      ]),
    );
    for (const { name, visible, type, nullable, hasDefault, key } of found) {
      const expected = mapped.get(name);
      mapped.delete(name);
      if (!visible && !expected) continue;
      // Rows that the API does not make may have defaults that are none of its business.
      const isMade = schema === 'app';
      const actual = { type, nullable, hasDefault: isMade ? hasDefault : (expected?.hasDefault ?? false), key };
      if (JSON.stringify(expected) !== JSON.stringify(actual))
        differences.push(`${tablePath}.${name}: mapped ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`);
    }
    for (const name of mapped.keys()) differences.push(`${tablePath}.${name}: mapped, but is not there`);
  }
  return differences;
}

test('the mapping is what the migrations made', async () => {
  expect(await drift(source.mapping)).toEqual([]);
  expect(source.mapping.entityMetadatas.map(({ tablePath }) => tablePath).toSorted()).toEqual([
    'app.step',
    'app.task',
    'auth.auth_event',
    'auth.user',
  ]);
});

describe('drift is seen when a migration', () => {
  test.each([
    [
      'takes a column away',
      'alter table app.task drop column description',
      'app.task.description: mapped, but is not there',
    ],
    ['renames one', 'alter table app.task rename column due_at to due', 'app.task.due_at: mapped, but is not there'],
    ['adds one that nobody mapped', 'alter table app.task add column secret text', 'app.task.secret: mapped undefined'],
    ['changes a type', 'alter table app.task alter column version type bigint', 'app.task.version'],
    ['takes the time zone away', 'alter table app.task alter column due_at type timestamp', 'app.task.due_at'],
    ['limits a length', 'alter table app.task alter column title type varchar(200)', 'app.task.title'],
    ['lets null in', 'alter table app.task alter column title drop not null', 'app.task.title'],
    ['shuts null out', 'alter table app.task alter column due_at set not null', 'app.task.due_at'],
    ['takes a default away', 'alter table app.task alter column done drop default', 'app.task.done'],
    ['gives one', `alter table app.task alter column title set default ''`, 'app.task.title'],
    ['changes the key', 'alter table app.step drop constraint step_pkey, add primary key (id)', 'app.step.user_id'],
    ['lets a step go without its task', 'alter table app.step alter column task_id drop not null', 'app.step.task_id'],
    ['changes an account', 'alter table auth."user" alter column name type varchar(200)', 'auth.user.name'],
    ['changes an event', 'alter table auth.auth_event alter column detail set not null', 'auth.auth_event.detail'],
    [
      'adds to events',
      'alter table auth.auth_event add column secret text',
      'auth.auth_event.secret: mapped undefined',
    ],
    ['lets the API see more', 'grant select (image) on auth."user" to fieldgate_api', 'auth.user.image'],
  ])('%s', async (_, statement, coordinate) => {
    await there.superuser.rows('begin');
    try {
      await there.superuser.rows(statement);
      const differences = await drift(source.mapping);
      expect(
        differences.some((difference) => difference.startsWith(coordinate)),
        differences.join('\n'),
      ).toBe(true);
    } finally {
      await there.superuser.rows('rollback');
    }
  });
});
