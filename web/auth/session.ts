import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { webConfig } from '../config.ts';
import { logOutage } from '../log.ts';
import { getAuthServices } from './auth-services.ts';
import { HOME, signInPath } from './return-target.ts';
import { sessionCookieName } from './session-cookie.ts';
import type { TokenSubject } from './token-issuer.ts';

/** The session that a page is rendered for. */
export interface PageSession extends TokenSubject {
  readonly user: TokenSubject['user'] & { readonly name: string };
}

/** How long a page waits for its session, in milliseconds: less than the response timeout of proxies. */
const LOOKUP_TIMEOUT = 5_000;

/** Thrown if the session cannot be read: the user must not appear signed out. `orUnavailable` handles it. */
export class SessionUnavailable extends Error {
  override readonly name = 'SessionUnavailable';
}

/**
 * Reads the request's session from the database.
 * @returns null without a session
 * @throws {SessionUnavailable} if the database is unavailable, or does not answer for 5 s; the log has the cause
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
    // A page cannot set cookies. If it extended the session, the cookie would expire before its row.
    const query = { disableCookieCache: true, disableRefresh: true };
    return await Promise.race([getAuthServices().auth.api.getSession({ headers: requestHeaders, query }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Returns the request's session; redirects a visitor without one to the sign-in page, which leads back to `path`.
 * @throws {SessionUnavailable} see `currentSession`
 */
export async function requireSession(path: string): Promise<PageSession> {
  return (await currentSession()) ?? redirect(signInPath(path));
}

/**
 * Redirects a visitor who is signed in to the tasks.
 * @throws {SessionUnavailable} see `currentSession`
 */
export async function requireNoSession(): Promise<void> {
  if (await currentSession()) redirect(HOME);
}

/**
 * Whether the request has the cookie of a session, for a page without one: the session has ended then. For a message alone;
 * a cookie proves nothing.
 */
export async function hasEndedSession(): Promise<boolean> {
  return (await cookies()).has(sessionCookieName(webConfig().WEB_URL));
}
