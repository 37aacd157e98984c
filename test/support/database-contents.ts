import type { Client } from 'pg';

/** A row, by column. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads all rows of all tables of the product, by table, in the order of their text: two equal databases give equal
 * results.
 * @param client a connection that row-level security lets read every row
 */
export async function readContents(client: Client): Promise<Readonly<Record<string, readonly Row[]>>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('app', 'auth', 'public') order by 1`,
  );
  const contents: Record<string, readonly Row[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: Row }>(`select to_jsonb(t) as row from ${name} t order by t::text`);
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}

/** What a runtime role may do with a table or column: `fieldgate_api SELECT app.task.title`. */
export async function readPrivileges(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ privilege: string }>(
    `select format('%s %s %s.%s.%s', grantee, privilege_type, table_schema, table_name, column_name) as privilege
     from information_schema.column_privileges where grantee like 'fieldgate\\_%'
     union
     select format('%s EXECUTE %s', r.rolname, p.oid::regprocedure) from pg_proc p
     join pg_namespace n on n.oid = pronamespace and nspname in ('app', 'auth'),
     pg_roles r where r.rolname like 'fieldgate\\_%' and has_function_privilege(r.oid, p.oid, 'execute')
     union
     select format('%s %s %s.%s', grantee, privilege_type, table_schema, table_name)
     from information_schema.table_privileges where grantee like 'fieldgate\\_%'
     order by 1`,
  );
  return rows.map(({ privilege }) => privilege);
}
