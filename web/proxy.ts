import { type NextRequest, NextResponse } from 'next/server';
import { sessionCookieName } from './auth/session-cookie.ts';
import { isDevelopment, webConfig } from './config.ts';
import { signInPath } from './auth/return-target.ts';
import { contentSecurityPolicy } from './http/content-security-policy.ts';

/** The pages that need a session. */
const SESSION_PAGES = /^\/(tasks|account|admin)(\/|$)/;

/** The page with GraphiQL. Links to it must load it anew (no `Link`): a policy belongs to the document. */
const EXPLORER_PAGE = /^\/explore$/;

/** The pages that mailed links open. */
const LINK_PAGES = /^\/(reset-password|verify-email)(\/|$)/;

/**
 * Runs before every page: sets a Content-Security-Policy with a new nonce, and redirects visitors without a session
 * cookie to /sign-in. The redirect saves rendering a page and is no access check, since a cookie may be stale or forged:
 * pages look the session up in the database, and the API verifies the token.
 */
export function proxy(request: NextRequest): NextResponse {
  const { API_URL, WEB_URL } = webConfig();
  const { pathname, search } = request.nextUrl;
  if (SESSION_PAGES.test(pathname) && !request.cookies.has(sessionCookieName(WEB_URL)))
    return NextResponse.redirect(new URL(signInPath(pathname + search), WEB_URL));

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentSecurityPolicy(
    nonce,
    API_URL,
    EXPLORER_PAGE.test(pathname) ? 'explorer' : 'ordinary',
    isDevelopment,
  );
  const headers = new Headers(request.headers);
  // Next reads the nonce from the request's policy, and adds it to its scripts.
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  if (LINK_PAGES.test(pathname)) response.headers.set('Referrer-Policy', 'no-referrer');
  return response;
}

export const config = {
  matcher: '/((?!api/|_next/static/|icon.svg|apple-icon.png|opengraph-image.png|manifest.webmanifest).*)',
};
