/**
 * Returns the Content-Security-Policy of a page. Only scripts with the response's nonce run, and scripts that they load;
 * the page connects to its own origin and the API alone, and cannot be framed. Injected markup runs no script.
 * @param nonce base64, new for each response
 * @param apiUrl the API's origin
 * @param development whether Next's development server serves the page: hot reloading needs eval and inline styles
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
