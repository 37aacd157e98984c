import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';

/** The roles that the migrations grant to, by their fixed names. */
export const RUNTIME_ROLES = { api: 'fieldgate_api', auth: 'fieldgate_auth' } as const;

/**
 * Makes sure that a runtime role is there, with the password of its URL where it has to be made.
 * @param owner a connection as the role that migrates
 * @param url the connection string that will be used at run time
 * @throws {Error} saying which statement an administrator has to run, where `owner` may not create roles
 */
export async function ensureRole(owner: Client, url: string, role: string): Promise<void> {
  const { username, password } = new URL(url);
  if (decodeURIComponent(username) !== role)
    throw new Error(
      `The connection string for ${role} signs in as "${decodeURIComponent(username)}": use the role ${role}.`,
    );
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 1) return;
  const attributes = 'login nosuperuser nobypassrls nocreatedb nocreaterole noinherit';
  const create = (secret: string) =>
    `create role ${escapeIdentifier(role)} ${attributes} password ${escapeLiteral(secret)}`;
  try {
    await owner.query(create(decodeURIComponent(password)));
  } catch (error) {
    // 42710: another process made it a moment ago. 42501: this owner may not create roles.
    if (error instanceof DatabaseError && error.code === '42710') return;
    if (error instanceof DatabaseError && error.code === '42501')
      throw new Error(
        `The role ${role} is missing and DATABASE_URL's role may not create it. As an administrator run: ${create('…')};`,
        { cause: error },
      );
    throw error;
  }
}
