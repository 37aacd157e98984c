import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { logOutage } from '../log.ts';
import { getAuthServices } from './auth-services.ts';
import { HOME, signInPath } from './return-target.ts';
import type { TokenSubject } from './token-issuer.ts';

/** The person for whom a page is rendered. */
export interface PageSession extends TokenSubject {
  readonly user: TokenSubject['user'] & { readonly name: string };
}

/** How long a page waits for its session, in milliseconds: less than proxies wait for a response. */
const LOOKUP_TIMEOUT = 5_000;

/** Thrown when the session of a request cannot be read: an outage is no sign-out. `orUnavailable` handles it. */
export class SessionUnavailable extends Error {
  override readonly name = 'SessionUnavailable';
}

/**
 * Reads the session of the request from the database.
 * @returns null without one
 * @throws {SessionUnavailable} when the database is away, or has not answered for 5 s; the log has the cause
 */
export async function currentSession(): Promise<PageSession | null> {
  const requestHeaders = await headers();
  try {
    return await lookUp(requestHeaders);
  } catch (error) {
    logOutage(error, 'the session of a page could not be read');
    throw new SessionUnavailable('The session could not be read.', { cause: error });
  }
}

async function lookUp(requestHeaders: Headers): Promise<PageSession | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No session was found within ${LOOKUP_TIMEOUT} ms.`)), LOOKUP_TIMEOUT);
  });
  try {
    // A page cannot set cookies: prolonging the session is left to the requests that can, or cookie and row part ways.
    const query = { disableCookieCache: true, disableRefresh: true };
    return await Promise.race([getAuthServices().auth.api.getSession({ headers: requestHeaders, query }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The session of the request; a visitor without one is sent to sign in, and afterwards back to `path`.
 * @throws {SessionUnavailable} see `currentSession`
 */
export async function requireSession(path: string): Promise<PageSession> {
  return (await currentSession()) ?? redirect(signInPath(path));
}

/**
 * Sends a visitor who is signed in already to the tasks.
 * @throws {SessionUnavailable} see `currentSession`
 */
export async function requireNoSession(): Promise<void> {
  if (await currentSession()) redirect(HOME);
}
