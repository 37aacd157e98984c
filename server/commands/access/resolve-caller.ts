import type { GraphQLSchema } from 'graphql';
import type { Client } from 'pg';
import type { AccessViewer } from '../../access/index.ts';
import { withClient } from '../../data/pg/with-client.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { withOwnerDatabase } from './owner-database.ts';
import { schemaRoles } from './schema-roles.ts';

/** The caller for whom an operation is explained. */
export interface Caller {
  /** Null for an anonymous caller. */
  readonly viewer: AccessViewer | null;
  /** A noun phrase for the output. */
  readonly description: string;
}

/** An id that no account has: owner arguments then always name another user. */
const OTHER_USER_ID = '00000000-0000-4000-8000-000000000000';

/**
 * Returns the caller that `--as` names: anonymous, signed in, with a role, or the account with this e-mail address in the
 * database. A signed-in caller has authenticated just now.
 * @param now seconds since the epoch
 * @throws {OperatorError} if there is no such account or role
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
      `Unknown caller --as ${identity}: use anonymous, signed-in, a role (${roles.join(', ')}) or an e-mail address.`,
    );

  const account = await withOwnerDatabase(environment, (ownerUrl) => findAccount(ownerUrl, identity));
  if (account === undefined) throw new OperatorError(`There is no account "${identity}".`);
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

/** The statement timeout, in milliseconds. */
const STATEMENT_TIMEOUT = 10_000;
const SELECT_ACCOUNT =
  'select id, email, role, email_verified as verified from auth."user" where lower(email) = lower($1)';

async function findAccount(ownerUrl: string, email: string): Promise<Account | undefined> {
  const selectAccount = (client: Client) => client.query<Account>(SELECT_ACCOUNT, [email]);
  return (await withClient(ownerUrl, selectAccount, { statementTimeout: STATEMENT_TIMEOUT })).rows[0];
}
