import type { StartConfig } from '../config.ts';
import { RUNTIME_ROLES } from '../data/admin/runtime-roles.ts';
import type { Secrets } from './secrets.ts';

/** The connection strings of the three database roles. */
export interface DatabaseUrls {
  /** Owns the tables and migrates them. No process that serves requests gets this one. */
  readonly owner: string;
  readonly api: string;
  readonly auth: string;
}

/** Returns a connection string with another role. @param password encoded as in a URL, or not */
function withRole(address: string, role: string, password: string): string {
  // The setters of URL keep what is encoded.
  return Object.assign(new URL(address), { username: role, password }).href;
}

/**
 * Returns the connection string of the owner: DATABASE_URL, at the address of DIRECT_DATABASE_URL if that is set.
 * Migrations need a session of their own, which a pooler in transaction mode does not give them.
 */
export function ownerUrl(databaseUrl: string, directUrl: string | undefined): string {
  const { username, password } = new URL(databaseUrl);
  return directUrl === undefined ? databaseUrl : withRole(directUrl, username, password);
}

/**
 * Returns the connection strings for an external database: API_DATABASE_URL and AUTH_DATABASE_URL where they are set,
 * otherwise DATABASE_URL with the name and password of the runtime role.
 * @param databaseUrl the value of DATABASE_URL
 */
export function deriveDatabaseUrls(databaseUrl: string, config: StartConfig, { passwords }: Secrets): DatabaseUrls {
  return {
    owner: ownerUrl(databaseUrl, config.DIRECT_DATABASE_URL),
    api: config.API_DATABASE_URL ?? withRole(databaseUrl, RUNTIME_ROLES.api, passwords.api),
    auth: config.AUTH_DATABASE_URL ?? withRole(databaseUrl, RUNTIME_ROLES.auth, passwords.auth),
  };
}
