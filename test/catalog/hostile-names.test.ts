import { Source } from 'graphql';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessDirectiveSdl,
  checkSchema,
  rlsPolicies,
  rlsPolicySql,
  loadSchema,
  type TableMapping,
} from '../../server/access/index.ts';
import { compareCatalog } from '../../server/data/admin/catalog/compare-catalog.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Texts that end an identifier or a string, begin a comment, are a keyword, or change when unquoted. */
const PIECES = ['"', "'", '\\', ';', '--', '/*', '$$', ' ', '.', '%I', '\n', 'ü', '€', '😀', 'select', 'SELECT', '0'];
const NAMES = PIECES.flatMap((piece) => [piece, `a${piece}b`, `${piece}${piece}`]);

const policy = checkSchema(
  loadSchema([
    new Source(`${accessDirectiveSdl} enum Role { ADMIN }
      type Query { note: Note @auth }
      type Note @owner(field: "userId", orRoles: [ADMIN]) { userId: ID! }`),
  ]),
);

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.superuser });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const quoted = (name: string) => client.escapeIdentifier(name);

test.each(NAMES)('creates policies with a schema, table, column, role and policy named %j', async (name) => {
  const tableOfType: TableMapping = {
    schema: `s${name}`,
    table: name,
    columns: { userId: name },
    role: `r${name}`,
    commands: ['select', 'insert', 'update', 'delete'],
    bypassPolicies: { [`p${name}`]: { role: `t${name}` } },
  };
  const [policies] = rlsPolicies(policy, { Note: tableOfType });
  if (policies === undefined) throw new Error('No policies.');
  await client.query('begin');
  try {
    const target = `${quoted(tableOfType.schema)}.${quoted(name)}`;
    await client.query(
      `create schema ${quoted(tableOfType.schema)}; create table ${target} (${quoted(name)} uuid);
       create role ${quoted(tableOfType.role)}; create role ${quoted(`t${name}`)}`,
    );
    await client.query(rlsPolicySql(policies));
    const { rows } = await client.query(
      `select polname as name, pg_get_userbyid(polroles[1]) as role, attname as column
       from pg_policy join pg_class c on c.oid = polrelid join pg_namespace n on n.oid = relnamespace
       left join pg_depend d on d.objid = pg_policy.oid and d.refobjsubid > 0
       left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
       where nspname = $1 and relname = $2 and relrowsecurity and relforcerowsecurity
       group by 1, 2, 3 order by polname = $3, polname`,
      [tableOfType.schema, name, `p${name}`],
    );
    expect(rows).toEqual([
      { name: 'maintenance', role: 'postgres', column: null },
      ...['delete', 'insert', 'select', 'update'].map((command) => ({
        name: `owner_${command}`,
        role: tableOfType.role,
        column: name,
      })),
      { name: `p${name}`, role: `t${name}`, column: null },
    ]);
  } finally {
    await client.query('rollback');
  }
});

test.each(PIECES)('compares and repairs a table, policy and column named %j', async (name) => {
  const declared = {
    roles: [],
    tables: [{ schema: 'app', table: name, policies: [{ name, definition: 'to current_user using (true)' }] }],
    grants: [{ kind: 'table' as const, schema: 'odd', name, grantee: 'fieldgate_api', privileges: { select: [name] } }],
    functions: [],
  };
  const differences = await compareCatalog(database.owner, declared);
  expect(differences.map(({ description }) => description)).toEqual([
    `The table app.${name} is missing.`,
    `fieldgate_api has SELECT on odd.${name}: nothing; declared: the columns ${name}.`,
  ]);
  expect(differences[1]?.repair.at(-1)).toBe(
    `grant select (${quoted(name)}) on table "odd".${quoted(name)} to "fieldgate_api"`,
  );
});
