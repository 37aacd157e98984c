/**
 * The functions that PostgreSQL lets every role call, that make something which no privilege on a table limits, and that
 * nothing here calls: large objects fill the disk and can be read by whoever guesses their number, messages fill the
 * write-ahead log, exported snapshots are files. A POSIX pattern.
 */
export const WITHDRAWN_FUNCTIONS = '^(lo_[a-z0-9_]+|loread|lowrite|pg_logical_emit_message|pg_export_snapshot)$';

/**
 * Takes them from PUBLIC, in one database; only a superuser can. What was taken away before is left alone. The owner of
 * the database may still export snapshots: `pg_dump -j` does.
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
