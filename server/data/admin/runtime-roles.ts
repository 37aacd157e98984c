import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../pg/with-client.ts';

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
const INVALID_AUTHORIZATION = /^28/;
/**
 * How `create role` fails on a role that another start has just created: `duplicate_object`, or `unique_violation` if it
 * waited for that start's transaction. Starts on two databases of one server share no advisory lock.
 */
const DUPLICATE_OBJECT: readonly (string | undefined)[] = ['42710', '23505'];
const INSUFFICIENT_PRIVILEGE = '42501';
/** How often a statement on a role is tried that other transactions keep overtaking. */
const ATTEMPTS = 5;

/** Thrown where a runtime role cannot be used; the message says what to set or to run, and holds no password. */
export class RuntimeRoleError extends Error {
  override readonly name = 'RuntimeRoleError';
}

/** Which runtime role to ensure, and how. */
export interface EnsureRoleOptions {
  readonly role: (typeof RUNTIME_ROLES)[keyof typeof RUNTIME_ROLES];
  /** The connection string that will be used at run time. */
  readonly url: string;
  /**
   * What happens to the password of a role that exists and whose password is not that of `url`. `keep`: the role is
   * refused, because another Fieldgate may run with that password. `set`: it is replaced; for a server that no other
   * Fieldgate can use. Default: `keep`.
   */
  readonly otherPassword?: 'keep' | 'set';
}

/** The setting that holds the connection string of a runtime role. */
const SETTINGS = { fieldgate_api: 'API_DATABASE_URL', fieldgate_auth: 'AUTH_DATABASE_URL' } as const;

/**
 * Creates a runtime role unless it exists, with the password of its URL, and takes from it what it may not have. A role
 * that is as it should be is left alone: roles belong to the whole server, and other Fieldgates may run on it.
 * @param owner a connection as the role that migrates
 * @throws {RuntimeRoleError} saying what to set, or which statement an administrator has to run
 */
export async function ensureRole(
  owner: Client,
  { role, url, otherPassword = 'keep' }: EnsureRoleOptions,
): Promise<void> {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== role)
    throw new RuntimeRoleError(
      `The connection string for ${role} signs in as "${decodeURIComponent(username)}": use the role ${role}.`,
    );
  const name = escapeIdentifier(role);
  const passwordLiteral = escapeLiteral(decodeURIComponent(password));
  const run = (problem: string, statement: string, redacted = statement) =>
    runRoleStatement(owner, role, problem, statement, redacted);

  if ((await readRoleState(owner, role)) === null) {
    const create = `create role ${name} ${ATTRIBUTES.map(([, , word]) => word).join(' ')} password`;
    await run('is missing', `${create} ${passwordLiteral}`, `${create} '…'`);
  }
  // Another start may have created it since: then with another password.
  const state = await readRoleState(owner, role);
  if (state === null)
    throw new RuntimeRoleError(`The role ${role} was dropped while Fieldgate started: start it again.`);
  const wrong = ATTRIBUTES.filter(([column, expected]) => state[column] !== expected).map(([, , word]) => word);
  if (wrong.length > 0) await run('may do more than it should, or less', `alter role ${name} ${wrong.join(' ')}`);
  // Membership is somebody's decision, and may have its reasons: it is not taken back behind their back.
  if (state.memberships.length > 0)
    throw new RuntimeRoleError(
      `The role ${role} is a member of ${state.memberships.join(', ')}, and so of the role that owns the database. As an administrator run: revoke ${state.memberships.map(escapeIdentifier).join(', ')} from ${name};`,
    );
  if (await canLogIn(url)) return;
  const alter = `alter role ${name} password`;
  if (otherPassword === 'keep') throw new RuntimeRoleError(passwordRefusal(role, `${alter} '…';`));
  await run('has another password than its connection string', `${alter} ${passwordLiteral}`, `${alter} '…'`);
}

/** To change the password would end the other Fieldgate, without a word there, at its next connection. */
function passwordRefusal(role: EnsureRoleOptions['role'], statement: string): string {
  const setting = SETTINGS[role];
  return (
    `The role ${role} exists, and its password is not the one that this start has: that of ${setting}, or without it the ` +
    'one generated in DATA_DIR. It was left as it is, because another Fieldgate may be using it. ' +
    `Set ${setting} to the connection string with which the role signs in. If nothing uses the role any more, for example ` +
    `because its data folder is lost, run as an administrator: ${statement} and set ${setting} to a connection string ` +
    'with that password.'
  );
}

type RoleState = Record<(typeof ATTRIBUTES)[number][0], boolean> & { readonly memberships: readonly string[] };

/** The role as it is now; null where it is not there. */
async function readRoleState(owner: Client, role: string): Promise<RoleState | null> {
  const { rows } = await owner.query<RoleState>(
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

async function runRoleStatement(
  owner: Client,
  role: string,
  problem: string,
  statement: string,
  redacted: string,
): Promise<void> {
  try {
    await changeRole(owner, statement);
  } catch (error) {
    if (error instanceof DatabaseError && DUPLICATE_OBJECT.includes(error.code)) return;
    if (error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE)
      throw new RuntimeRoleError(
        `The role ${role} ${problem}, and DATABASE_URL's role may not change that. As an administrator run: ${redacted};`,
        { cause: error },
      );
    throw error;
  }
}

/**
 * Runs a statement that changes a role, again if another transaction has changed the same role meanwhile: PostgreSQL does
 * not wait for its row version as it does in tables, and fails with `internal_error`.
 * @throws {DatabaseError} what PostgreSQL says; the fifth time also that the role was changed
 */
export async function changeRole(owner: Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await owner.query(statement);
      return;
    } catch (error) {
      const isOvertaken =
        error instanceof DatabaseError && /^tuple concurrently (updated|deleted)$/.test(error.message);
      if (!isOvertaken || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whether the connection string's own role gets in. What else may be wrong with it is found when it is used. */
async function canLogIn(url: string): Promise<boolean> {
  try {
    return await withClient(url, async () => true);
  } catch (error) {
    return !(error instanceof DatabaseError && INVALID_AUTHORIZATION.test(error.code ?? ''));
  }
}
