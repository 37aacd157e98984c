import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { openDatabaseSource, type DatabaseSource } from '../database-source.ts';

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;

beforeAll(async () => {
  source = await openDatabaseSource({ url: fixture.database.api });
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

/** Returns the differences between the mapping and the tables, for the columns that the API can read. */
async function findDrift(mapping: DataSource): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const { tablePath, columns } of mapping.entityMetadatas) {
    const [schema, table] = tablePath.split('.');
    const found = await fixture.superuser.rows<Column & { visible: boolean }>(CATALOG, [`"${schema}"."${table}"`]);
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
      // Defaults of tables that the API does not insert into are not mapped.
      const isInsertable = schema === 'app';
      const actual = { type, nullable, hasDefault: isInsertable ? hasDefault : (expected?.hasDefault ?? false), key };
      if (JSON.stringify(expected) !== JSON.stringify(actual))
        differences.push(`${tablePath}.${name}: mapped ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`);
    }
    for (const name of mapped.keys()) differences.push(`${tablePath}.${name}: mapped, but missing`);
  }
  return differences;
}

test('the mapping matches the migrated tables', async () => {
  expect(await findDrift(source.mapping)).toEqual([]);
  expect(source.mapping.entityMetadatas.map(({ tablePath }) => tablePath).toSorted()).toEqual([
    'app.step',
    'app.task',
    'auth.auth_event',
    'auth.user',
  ]);
});

describe('drift between mapping and tables', () => {
  test.each([
    ['drops a column', 'alter table app.task drop column description', 'app.task.description: mapped, but missing'],
    ['renames a column', 'alter table app.task rename column due_at to due', 'app.task.due_at: mapped, but missing'],
    ['adds an unmapped column', 'alter table app.task add column secret text', 'app.task.secret: mapped undefined'],
    ['changes a type', 'alter table app.task alter column version type bigint', 'app.task.version'],
    ['removes the time zone', 'alter table app.task alter column due_at type timestamp', 'app.task.due_at'],
    ['limits a length', 'alter table app.task alter column title type varchar(200)', 'app.task.title'],
    ['drops NOT NULL', 'alter table app.task alter column title drop not null', 'app.task.title'],
    ['sets NOT NULL', 'alter table app.task alter column due_at set not null', 'app.task.due_at'],
    ['drops a default', 'alter table app.task alter column done drop default', 'app.task.done'],
    ['sets a default', `alter table app.task alter column title set default ''`, 'app.task.title'],
    [
      'changes the primary key',
      'alter table app.step drop constraint step_pkey, add primary key (id)',
      'app.step.user_id',
    ],
    [
      'makes the task of a step nullable',
      'alter table app.step alter column task_id drop not null',
      'app.step.task_id',
    ],
    ['changes a column of auth.user', 'alter table auth."user" alter column name type varchar(200)', 'auth.user.name'],
    [
      'changes a column of auth.auth_event',
      'alter table auth.auth_event alter column detail set not null',
      'auth.auth_event.detail',
    ],
    [
      'adds a column to auth.auth_event',
      'alter table auth.auth_event add column secret text',
      'auth.auth_event.secret: mapped undefined',
    ],
    ['grants the API another column', 'grant select (image) on auth."user" to fieldgate_api', 'auth.user.image'],
  ])('drift is detected when a migration %s', async (_, statement, coordinate) => {
    await fixture.superuser.rows('begin');
    try {
      await fixture.superuser.rows(statement);
      const differences = await findDrift(source.mapping);
      expect(
        differences.some((difference) => difference.startsWith(coordinate)),
        differences.join('\n'),
      ).toBe(true);
    } finally {
      await fixture.superuser.rows('rollback');
    }
  });
});
