/**
 * The Content-Security-Policy of a page: only scripts that carry this answer's nonce run, with what they load; nothing
 * is framed, posted or fetched elsewhere than here and to the API. Markup that an attacker gets into a page stays dead.
 * @param nonce base64, new for each answer
 * @param apiUrl the API's origin
 * @param development whether Next's development server serves the page: its reloading needs eval and inline styles
 */
export function contentSecurityPolicy(nonce: string, apiUrl: string, development: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ''}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${apiUrl}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
