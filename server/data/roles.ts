import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from './client.ts';

/** The roles that the migrations grant to, by their fixed names. */
export const RUNTIME_ROLES = { api: 'fieldgate_api', auth: 'fieldgate_auth' } as const;

/** What a runtime role is: as pg_roles has it, and as ALTER ROLE says it. */
const ATTRIBUTES = [
  ['rolcanlogin', true, 'login'],
  ['rolsuper', false, 'nosuperuser'],
  ['rolbypassrls', false, 'nobypassrls'],
  ['rolcreatedb', false, 'nocreatedb'],
  ['rolcreaterole', false, 'nocreaterole'],
  ['rolinherit', false, 'noinherit'],
] as const;

/** Why a session does not begin: the role or its password is not as the connection string says (SQLSTATE class 28). */
const NOT_LET_IN = /^28/;
const ALREADY_THERE = '42710';
const MAY_NOT = '42501';

/**
 * Makes sure that a runtime role is there, is no more than it has to be, and has the password of its URL. What is as
 * it should be is left alone: roles belong to the whole server, and other databases on it may be starting too.
 * @param owner a connection as the role that migrates
 * @param url the connection string that will be used at run time
 * @throws {Error} saying which statement an administrator has to run, where `owner` may not put it right itself
 */
export async function ensureRole(owner: Client, url: string, role: string): Promise<void> {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== role)
    throw new Error(
      `The connection string for ${role} signs in as "${decodeURIComponent(username)}": use the role ${role}.`,
    );
  const name = escapeIdentifier(role);
  const secret = escapeLiteral(decodeURIComponent(password));
  const run = (fault: string, statement: string, shown = statement) => settle(owner, role, fault, statement, shown);

  const state = await stateOf(owner, role);
  if (state === null) {
    const create = `create role ${name} ${ATTRIBUTES.map(([, , word]) => word).join(' ')} password`;
    return run('is missing', `${create} ${secret}`, `${create} '…'`);
  }
  const wrong = ATTRIBUTES.filter(([column, expected]) => state[column] !== expected).map(([, , word]) => word);
  if (wrong.length > 0) await run('may do more than it should, or less', `alter role ${name} ${wrong.join(' ')}`);
  // Membership is somebody's decision, and may have its reasons: it is not taken back behind their back.
  if (state.memberships.length > 0)
    throw new Error(
      `The role ${role} is a member of ${state.memberships.join(', ')}, and so of the role that owns the database. As an administrator run: revoke ${state.memberships.map(escapeIdentifier).join(', ')} from ${name};`,
    );
  if (!(await isLetIn(url))) {
    const alter = `alter role ${name} password`;
    await run('has another password than its connection string', `${alter} ${secret}`, `${alter} '…'`);
  }
}

type State = Record<(typeof ATTRIBUTES)[number][0], boolean> & { readonly memberships: readonly string[] };

/** The role as it is now; null where it is not there. */
async function stateOf(owner: Client, role: string): Promise<State | null> {
  const { rows } = await owner.query<State>(
    `with owners as (
       select oid from pg_roles where rolname = current_user
       union select datdba from pg_database where datname = current_database()
     )
     select rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit, array(
       select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
       where m.member = r.oid and exists (select from owners o where pg_has_role(g.oid, o.oid, 'member')) order by 1
     ) as memberships
     from pg_roles r where rolname = $1`,
    [role],
  );
  return rows[0] ?? null;
}

async function settle(owner: Client, role: string, fault: string, statement: string, shown: string): Promise<void> {
  try {
    await owner.query(statement);
  } catch (error) {
    // Another process made it a moment ago.
    if (error instanceof DatabaseError && error.code === ALREADY_THERE) return;
    if (error instanceof DatabaseError && error.code === MAY_NOT)
      throw new Error(
        `The role ${role} ${fault}, and DATABASE_URL's role may not change that. As an administrator run: ${shown};`,
        { cause: error },
      );
    throw error;
  }
}

/** Whether the connection string's own role gets in. What else may be wrong with it is found when it is used. */
async function isLetIn(url: string): Promise<boolean> {
  try {
    return await withClient(url, async () => true);
  } catch (error) {
    return !(error instanceof DatabaseError && NOT_LET_IN.test(error.code ?? ''));
  }
}
