import { type NextRequest, NextResponse } from 'next/server';
import { sessionCookieName } from './auth/session-cookie.ts';
import { isDevelopment, webConfig } from './config.ts';
import { signInPath } from './auth/return-target.ts';
import { contentSecurityPolicy } from './http/content-security-policy.ts';

/** Pages that mean nothing without a session. */
const SESSION_PAGES = /^\/tasks(\/|$)/;

/**
 * Before every page: a Content-Security-Policy with a nonce of its own, and the way to /sign-in for visitors without a
 * session cookie. The cookie may be stale or forged: this spares them a page, it does not guard one. The pages ask the
 * database, the API asks the token.
 */
export function proxy(request: NextRequest): NextResponse {
  const { API_URL, WEB_URL } = webConfig();
  const { pathname, search } = request.nextUrl;
  if (SESSION_PAGES.test(pathname) && !request.cookies.has(sessionCookieName(WEB_URL)))
    return NextResponse.redirect(new URL(signInPath(pathname + search), WEB_URL));

  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentSecurityPolicy(nonce, API_URL, isDevelopment);
  const headers = new Headers(request.headers);
  // Next reads the nonce from here, and puts it on the scripts that it writes.
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

export const config = { matcher: '/((?!api/|_next/static/|icon.svg).*)' };
