/** The prefix of every cookie that Better Auth sets here. */
export const COOKIE_PREFIX = 'fieldgate';

/**
 * Returns the name of the session cookie. On https it has the prefix `__Secure-`: browsers accept such a cookie over
 * https alone, so that an attacker on the network cannot set one through a plain http page of the same host.
 * @param webUrl the web app's origin
 */
export function sessionCookieName(webUrl: string): string {
  return `${webUrl.startsWith('https://') ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`;
}
