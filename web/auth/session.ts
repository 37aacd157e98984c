import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getAccounts } from './auth.ts';
import { HOME, signInPath } from './return-target.ts';
import type { TokenSubject } from './token-issuer.ts';

/** The person for whom a page is rendered. */
export interface SignedIn extends TokenSubject {
  readonly user: TokenSubject['user'] & { readonly name: string };
}

/**
 * The session of the request that is being answered, read from the database.
 * @returns null without one
 * @throws when the database is away: an outage is no sign-out
 */
export async function currentSession(): Promise<SignedIn | null> {
  const { auth } = getAccounts();
  // A page cannot set cookies: prolonging the session is left to the requests that can, or cookie and row part ways.
  return auth.api.getSession({ headers: await headers(), query: { disableCookieCache: true, disableRefresh: true } });
}

/** The session of the request; a visitor without one is sent to sign in, and afterwards back to `path`. */
export async function requireSession(path: string): Promise<SignedIn> {
  return (await currentSession()) ?? redirect(signInPath(path));
}

/** Sends a visitor who is signed in already to the tasks. */
export async function requireNoSession(): Promise<void> {
  if (await currentSession()) redirect(HOME);
}
