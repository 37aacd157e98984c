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

/**
 * Returns the connection strings for an external database: API_DATABASE_URL and AUTH_DATABASE_URL where they are set,
 * otherwise DATABASE_URL with the name and password of the runtime role. With DIRECT_DATABASE_URL the owner connects to
 * its address: migrations need a session of their own, which a pooler in transaction mode does not give them.
 * @param databaseUrl the value of DATABASE_URL
 */
export function deriveDatabaseUrls(databaseUrl: string, config: StartConfig, { passwords }: Secrets): DatabaseUrls {
  const withRole = (role: string, password: string, address = databaseUrl) => {
    const url = new URL(address);
    url.username = role;
    url.password = password;
    return url.href;
  };
  const { username, password } = new URL(databaseUrl);
  const direct = config.DIRECT_DATABASE_URL;
  return {
    // Already encoded, which the setters of URL keep.
    owner: direct === undefined ? databaseUrl : withRole(username, password, direct),
    api: config.API_DATABASE_URL ?? withRole(RUNTIME_ROLES.api, passwords.api),
    auth: config.AUTH_DATABASE_URL ?? withRole(RUNTIME_ROLES.auth, passwords.auth),
  };
}
