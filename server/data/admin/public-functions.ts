/**
 * Functions that PostgreSQL grants to PUBLIC, that table privileges do not limit, and that Fieldgate does not use, as a
 * POSIX pattern. Large objects fill the disk, and any role that guesses their number can read them; logical messages
 * fill the write-ahead log; exported snapshots create files.
 */
export const WITHDRAWN_FUNCTIONS = '^(lo_[a-z0-9_]+|loread|lowrite|pg_logical_emit_message|pg_export_snapshot)$';

/**
 * SQL that revokes these functions from PUBLIC in the current database; it needs a superuser and can be repeated. The
 * owner of the database keeps the right to export snapshots, which `pg_dump -j` needs.
 */
export const WITHDRAW_PUBLIC_FUNCTIONS = `
  do $$
  declare
    withdrawn regprocedure;
    owner regrole := (select datdba from pg_database where datname = current_database());
  begin
    for withdrawn in
      select oid from pg_proc p where pronamespace = 'pg_catalog'::regnamespace and proname ~ '${WITHDRAWN_FUNCTIONS}'
        and exists (
          select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0 and privilege_type = 'EXECUTE')
    loop
      execute format('revoke execute on function %s from public', withdrawn);
    end loop;
    if not has_function_privilege(owner, 'pg_catalog.pg_export_snapshot()', 'execute') then
      execute format('grant execute on function pg_catalog.pg_export_snapshot() to %s', owner);
    end if;
  end $$`;
