/** The prefix of every cookie that Better Auth sets here. */
export const COOKIE_PREFIX = 'fieldgate';

/**
 * The name of the session's cookie. On https it carries `__Secure-`: a browser takes such a cookie only over https, so
 * nobody on the wire of a plain http page of the same host can plant one.
 * @param webUrl the web app's origin
 */
export function sessionCookieName(webUrl: string): string {
  return `${webUrl.startsWith('https://') ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`;
}
