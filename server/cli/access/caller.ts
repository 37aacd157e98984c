import type { GraphQLSchema } from 'graphql';
import type { Client } from 'pg';
import type { AccessViewer } from '../../access/index.ts';
import { withClient } from '../../data/client.ts';
import { Problem } from '../problem.ts';
import { withDatabase } from './database.ts';
import { rolesOf } from './roles.ts';

/** A caller to explain an operation for. */
export interface Caller {
  /** Null without a token. */
  readonly viewer: AccessViewer | null;
  /** Who that is, in words. */
  readonly described: string;
}

/** Nobody's id: what owner arguments name is somebody else's. */
const NOBODY = '00000000-0000-4000-8000-000000000000';

/**
 * Finds out who asks: nobody, somebody, somebody with a role, or the account with this e-mail address, as the database
 * has it. All have signed in just now.
 * @param now seconds since the epoch
 * @throws {Problem} where there is no such account, or nothing that is called so
 */
export async function callerAs(
  who: string,
  schema: GraphQLSchema,
  environment: NodeJS.ProcessEnv,
  now: number,
): Promise<Caller> {
  const signedIn = { userId: NOBODY, roles: [], authTime: now, emailVerified: true };
  if (who === 'anonymous') return { viewer: null, described: 'an anonymous caller' };
  if (who === 'signed-in') return { viewer: signedIn, described: 'a signed-in caller' };
  const roles = rolesOf(schema);
  if (roles.includes(who)) return { viewer: { ...signedIn, roles: [who] }, described: `a caller with the role ${who}` };
  if (!who.includes('@'))
    throw new Problem(
      `--as ${who} is nobody: write anonymous, signed-in, a role (${roles.join(', ')}) or an e-mail address.`,
    );

  const account = await withDatabase(environment, (ownerUrl) => findAccount(ownerUrl, who));
  if (account === undefined) throw new Problem(`Nobody has signed up as "${who}".`);
  const { id, email, role, verified } = account;
  return {
    viewer: { ...signedIn, userId: id, roles: [role], emailVerified: verified },
    described: `${email} (${role}, address ${verified ? '' : 'not '}verified)`,
  };
}

interface Account {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly verified: boolean;
}

/** How long the search may take, in milliseconds. */
const SEARCH_TIMEOUT = 10_000;
const ACCOUNT = 'select id, email, role, email_verified as verified from auth."user" where lower(email) = lower($1)';

async function findAccount(ownerUrl: string, email: string): Promise<Account | undefined> {
  const search = (client: Client) => client.query<Account>(ACCOUNT, [email]);
  return (await withClient(ownerUrl, search, { statementTimeout: SEARCH_TIMEOUT })).rows[0];
}
