import { OWNED_TABLES } from '../../server/data/admin/privileges.ts';
import {
  declared,
  type CatalogDrift,
  type DriftCases,
  onCurrentDatabase,
  forEachRole,
  ROLES,
  tables,
} from './catalog-drift.ts';

/** Every undeclared privilege, to every role and to PUBLIC, on every table. */
const tablePrivileges = tables.flatMap(({ name, target }) =>
  [...ROLES, 'public', 'pg_monitor'].flatMap((grantee) =>
    ['truncate', 'references', 'trigger', 'maintain', ...(ROLES.includes(grantee) ? [] : ['select', 'update'])].map(
      (privilege) => ({
        sql: `grant ${privilege} on ${target} to ${grantee}`,
        expectedDifference: `${grantee} has ${privilege.toUpperCase()} on ${name}: all of it; declared: nothing.`,
      }),
    ),
  ),
);

/** A privilege that is declared for some columns, on every other column. */
const columnPrivileges = Object.values(OWNED_TABLES).flatMap(({ schema, table, columns, grants, role }) =>
  (['select', 'insert', 'update'] as const).flatMap((privilege) => {
    const extent = grants.find(({ grantee }) => grantee === role)?.privileges[privilege] ?? [];
    if (extent === true) return [];
    return Object.values(columns)
      .filter((column) => !extent.includes(column))
      .map((column) => ({ on: `"${schema}"."${table}"`, name: `${schema}.${table}`, role, privilege, column }));
  }),
);

const forEachGrant = (
  toSql: (clause: string, privilege: string, target: string, grantee: string) => string,
  end: string,
) =>
  declared.grants.flatMap(({ kind, schema, name, arguments: types, grantee, privileges }) =>
    Object.entries(privileges).map(([privilege, extent]): CatalogDrift => {
      const target = kind === 'schema' ? `schema ${name}` : `${kind} "${schema}"."${name}"`;
      const clause = extent === true ? privilege : `${privilege} ("${extent[0]}")`;
      const of = types === undefined ? '' : `(${types})`;
      const objectName = kind === 'schema' ? `the schema ${name}` : `${schema}.${name}${of}`;
      const expectedDifference = `${grantee} has ${privilege.toUpperCase()} on ${objectName}${end}`;
      return { sql: toSql(clause, privilege, `${target}${of}`, grantee), expectedDifference };
    }),
  );

/** Drift of grants and default privileges. */
export const grantDrift: DriftCases = [
  ['a table is granted more than was declared', tablePrivileges],
  [
    'a column is granted more than was declared',
    columnPrivileges.map(({ on, name, role, privilege, column }) => ({
      sql: `grant ${privilege} (${column}) on ${on} to ${role}`,
      expectedDifference: `${role} has ${privilege.toUpperCase()} on ${name}: the columns `,
    })),
  ],
  [
    'a whole table is granted where columns were declared',
    columnPrivileges.map(({ on, name, role, privilege }) => ({
      sql: `grant ${privilege} on ${on} to ${role}`,
      expectedDifference: `${role} has ${privilege.toUpperCase()} on ${name}: all of it; declared: `,
    })),
  ],
  ['a privilege is missing', forEachGrant((clause, _, on, to) => `revoke ${clause} on ${on} from ${to}`, ': ')],
  [
    'a privilege has a grant option',
    forEachGrant((clause, _, on, to) => `grant ${clause} on ${on} to ${to} with grant option`, ' and may pass it on.'),
  ],
  [
    'a process reads an undeclared table',
    forEachRole(
      (role) => `${role} has SELECT on public.of_${role}: all of it`,
      (role) => `create table public.of_${role} (); grant select on public.of_${role} to ${role}`,
    ),
  ],
  [
    'a process reads a column of an undeclared table',
    forEachRole(
      (role) => `${role} has SELECT on public.of_${role}: the columns a`,
      (role) => `create table public.of_${role} (a int); grant select (a) on public.of_${role} to ${role}`,
    ),
  ],
  [
    'a process reads the passwords of roles',
    forEachRole(
      (role) => `${role} has SELECT on pg_catalog.pg_authid`,
      (role) => `grant select on pg_catalog.pg_authid to ${role}`,
    ),
  ],
  [
    'a process uses a sequence',
    forEachRole(
      (role) => `${role} has USAGE on app.of_${role}`,
      (role) => `create sequence app.of_${role}; grant usage on sequence app.of_${role} to ${role}`,
    ),
  ],
  [
    'a process may create tables',
    forEachRole(
      (role) => `${role} has CREATE on the schema app`,
      (role) => `grant create on schema app to ${role}`,
    ),
  ],
  [
    'a process may create schemas',
    forEachRole(
      (role) => `${role} has CREATE on the database`,
      (role) => onCurrentDatabase(`grant create on database %I to ${role}`),
    ),
  ],
  [
    'a process may create temporary tables',
    forEachRole(
      (role) => `${role} has TEMPORARY on the database`,
      (role) => onCurrentDatabase(`grant temporary on database %I to ${role}`),
    ),
  ],
  [
    'PUBLIC may create temporary tables',
    [
      {
        sql: onCurrentDatabase('grant temporary on database %I to public'),
        expectedDifference: 'public has TEMPORARY on the database',
      },
    ],
  ],
  [
    'a process may use another schema',
    forEachRole(
      (role) => `${role} has USAGE on the schema of_${role}`,
      (role) => `create schema of_${role}; grant usage on schema of_${role} to ${role}`,
    ),
  ],
  [
    'default privileges let a process read all tables',
    forEachRole(
      (role) => `${role} will be granted SELECT on all tables that fieldgate makes.`,
      (role) => `alter default privileges for role fieldgate grant select on tables to ${role}`,
    ),
  ],
  [
    'default privileges let a process read all tables of a schema',
    forEachRole(
      (role) => `${role} will be granted SELECT on all tables that fieldgate makes in app.`,
      (role) => `alter default privileges for role fieldgate in schema app grant select on tables to ${role}`,
    ),
  ],
  [
    'default privileges let a process call all functions',
    forEachRole(
      (role) => `${role} will be granted EXECUTE on all functions`,
      (role) => `alter default privileges for role fieldgate grant execute on functions to ${role}`,
    ),
  ],
  [
    'PUBLIC reads a table',
    [
      {
        sql: 'create table public.notes (); grant select on public.notes to public',
        expectedDifference: 'public has SELECT on public.notes',
      },
    ],
  ],
  [
    'PUBLIC may create tables in the schema public',
    [{ sql: 'grant create on schema public to public', expectedDifference: 'public has CREATE on the schema public' }],
  ],
  [
    'PUBLIC may use the schema app',
    [{ sql: 'grant usage on schema app to public', expectedDifference: 'public has USAGE on the schema app' }],
  ],
  [
    'default privileges let PUBLIC read tables',
    [
      {
        sql: 'alter default privileges for role fieldgate in schema app grant select on tables to public',
        expectedDifference: 'public will be granted SELECT',
      },
    ],
  ],
  [
    'PUBLIC may call a product function',
    [
      {
        sql: 'grant execute on function app.viewer_id() to public',
        expectedDifference: 'public has EXECUTE on app.viewer_id()',
      },
    ],
  ],
];
