import { type Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from '../pg/with-client.ts';

/** The roles of the two processes. Their names are fixed, because the migrations grant to them. */
export const RUNTIME_ROLES = { api: 'fieldgate_api', auth: 'fieldgate_auth' } as const;

/** The required attributes of a runtime role: column of pg_roles, value, and option of ALTER ROLE. */
const ATTRIBUTES = [
  ['rolcanlogin', true, 'login'],
  ['rolsuper', false, 'nosuperuser'],
  ['rolbypassrls', false, 'nobypassrls'],
  ['rolcreatedb', false, 'nocreatedb'],
  ['rolcreaterole', false, 'nocreaterole'],
  ['rolinherit', false, 'noinherit'],
] as const;

/** SQLSTATE class 28: the role or the password of the connection string is wrong. */
const INVALID_AUTHORIZATION = /^28/;
/**
 * SQLSTATEs of `create role` if another process has just created the role: `duplicate_object`, or `unique_violation` if
 * it waited for that process's transaction. Processes on two databases of one server share no advisory lock.
 */
const DUPLICATE_OBJECT: readonly (string | undefined)[] = ['42710', '23505'];
const INSUFFICIENT_PRIVILEGE = '42501';
/** Maximum number of attempts of a statement on a role that other transactions change concurrently. */
const ATTEMPTS = 5;

/** Thrown if a runtime role cannot be used. The message says what to set or run, and contains no password. */
export class RuntimeRoleError extends Error {
  override readonly name = 'RuntimeRoleError';
}

/** Options of `ensureRole`. */
export interface EnsureRoleOptions {
  readonly role: (typeof RUNTIME_ROLES)[keyof typeof RUNTIME_ROLES];
  /** The connection string that the process will use. */
  readonly url: string;
  /**
   * What to do if the role exists with a password other than that of `url`. `keep`: throw, because another Fieldgate
   * may use that password. `set`: replace the password; only for a server that no other Fieldgate uses. Default:
   * `keep`.
   */
  readonly otherPassword?: 'keep' | 'set';
}

/** The setting that holds the connection string of a runtime role. */
const SETTINGS = { fieldgate_api: 'API_DATABASE_URL', fieldgate_auth: 'AUTH_DATABASE_URL' } as const;

/**
 * Creates a runtime role with the password of its URL, or corrects the attributes of an existing one. A correct role is
 * not altered: roles belong to the whole server, which other Fieldgates may use.
 * @param owner a connection as the role that runs the migrations
 * @throws {RuntimeRoleError} with the setting to change or the statement for an administrator to run
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
    const create = `create role ${name} ${ATTRIBUTES.map(([, , option]) => option).join(' ')} password`;
    await run('is missing', `${create} ${passwordLiteral}`, `${create} '…'`);
  }
  // Another process may have created the role meanwhile, with another password.
  const state = await readRoleState(owner, role);
  if (state === null)
    throw new RuntimeRoleError(`The role ${role} was dropped while Fieldgate started: start it again.`);
  const wrong = ATTRIBUTES.filter(([column, expected]) => state[column] !== expected).map(([, , option]) => option);
  if (wrong.length > 0) await run('has wrong attributes', `alter role ${name} ${wrong.join(' ')}`);
  // An administrator granted the membership, perhaps for a reason: it is reported, not revoked.
  if (state.memberships.length > 0)
    throw new RuntimeRoleError(
      `The role ${role} is a member of ${state.memberships.join(', ')}, and so of the role that owns the database. As an administrator run: revoke ${state.memberships.map(escapeIdentifier).join(', ')} from ${name};`,
    );
  if (await canLogIn(url)) return;
  const alter = `alter role ${name} password`;
  if (otherPassword === 'keep') throw new RuntimeRoleError(passwordRefusal(role, `${alter} '…';`));
  await run('has another password than its connection string', `${alter} ${passwordLiteral}`, `${alter} '…'`);
}

/** The password is not changed: that would silently lock out another Fieldgate at its next connection. */
function passwordRefusal(role: EnsureRoleOptions['role'], statement: string): string {
  const setting = SETTINGS[role];
  return (
    `The role ${role} exists, and its password is not the one that this start has: that of ${setting}, or without it the ` +
    'one generated in DATA_DIR. It was not changed, because another Fieldgate may be using it. ' +
    `Set ${setting} to the connection string with which the role signs in. If nothing uses the role any more, for example ` +
    `because its data folder is lost, run as an administrator: ${statement} and set ${setting} to a connection string ` +
    'with that password.'
  );
}

type RoleState = Record<(typeof ATTRIBUTES)[number][0], boolean> & { readonly memberships: readonly string[] };

/** Reads the attributes and memberships of a role; null if it does not exist. */
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
        `The role ${role} ${problem}, and the role of DATABASE_URL has no privilege to change that. As an administrator run: ${redacted};`,
        { cause: error },
      );
    throw error;
  }
}

/**
 * Runs a statement that changes a role, and retries it if another transaction changes the role concurrently: on system
 * catalogs PostgreSQL does not wait for the other row version, but fails with `internal_error`.
 * @throws {DatabaseError} PostgreSQL's error; after the fifth attempt also that of the concurrent change
 */
export async function changeRole(owner: Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await owner.query(statement);
      return;
    } catch (error) {
      const isConcurrentChange =
        error instanceof DatabaseError && /^tuple concurrently (updated|deleted)$/.test(error.message);
      if (!isConcurrentChange || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whether the connection string's role and password are accepted. Other errors surface when the process connects. */
async function canLogIn(url: string): Promise<boolean> {
  try {
    return await withClient(url, async () => true);
  } catch (error) {
    return !(error instanceof DatabaseError && INVALID_AUTHORIZATION.test(error.code ?? ''));
  }
}
