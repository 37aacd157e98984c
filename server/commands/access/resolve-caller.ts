import type { GraphQLSchema } from 'graphql';
import type { Client } from 'pg';
import type { AccessViewer } from '../../access/index.ts';
import { withClient } from '../../data/pg/with-client.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { schemaRoles } from './schema-roles.ts';

/** A caller to explain an operation for. */
export interface Caller {
  /** Null without a token. */
  readonly viewer: AccessViewer | null;
  /** Who that is, in words. */
  readonly description: string;
}

/** Nobody's id: what owner arguments name is somebody else's. */
const OTHER_USER_ID = '00000000-0000-4000-8000-000000000000';

/**
 * Finds out who asks: nobody, somebody, somebody with a role, or the account with this e-mail address, as the database
 * has it. All have signed in just now.
 * @param now seconds since the epoch
 * @throws {OperatorError} where there is no such account, or nothing that is called so
 */
export async function resolveCaller(
  identity: string,
  schema: GraphQLSchema,
  environment: NodeJS.ProcessEnv,
  now: number,
): Promise<Caller> {
  const signedIn = { userId: OTHER_USER_ID, roles: [], authTime: now, emailVerified: true };
  if (identity === 'anonymous') return { viewer: null, description: 'an anonymous caller' };
  if (identity === 'signed-in') return { viewer: signedIn, description: 'a signed-in caller' };
  const roles = schemaRoles(schema);
  if (roles.includes(identity))
    return { viewer: { ...signedIn, roles: [identity] }, description: `a caller with the role ${identity}` };
  if (!identity.includes('@'))
    throw new OperatorError(
      `--as ${identity} is nobody: write anonymous, signed-in, a role (${roles.join(', ')}) or an e-mail address.`,
    );

  const account = await withOwnerDatabase(environment, (ownerUrl) => findAccount(ownerUrl, identity));
  if (account === undefined) throw new OperatorError(`Nobody has signed up as "${identity}".`);
  const { id, email, role, verified } = account;
  return {
    viewer: { ...signedIn, userId: id, roles: [role], emailVerified: verified },
    description: `${email} (${role}, address ${verified ? '' : 'not '}verified)`,
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
const SELECT_ACCOUNT =
  'select id, email, role, email_verified as verified from auth."user" where lower(email) = lower($1)';

async function findAccount(ownerUrl: string, email: string): Promise<Account | undefined> {
  const selectAccount = (client: Client) => client.query<Account>(SELECT_ACCOUNT, [email]);
  return (await withClient(ownerUrl, selectAccount, { statementTimeout: SEARCH_TIMEOUT })).rows[0];
}
