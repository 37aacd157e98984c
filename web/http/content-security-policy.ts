/** A page that needs more than the others: /explore, for GraphiQL and the embedded Sandbox. */
export type PageKind = 'explorer' | 'ordinary';

/** What each kind of page may do beyond the common policy. */
const WIDER: Readonly<
  Record<PageKind, { readonly style: string; readonly font: string; readonly other: readonly string[] }>
> = {
  ordinary: { style: '', font: '', other: [] },
  explorer: {
    // Monaco, GraphiQL's editor, creates style elements and style attributes, and takes no nonce for them.
    style: " 'unsafe-inline'",
    // GraphiQL's style sheet contains its fonts.
    font: ' data:',
    // Monaco's workers; and the embedded Sandbox, which gets the requests that this page makes for it, never the token.
    other: ["worker-src 'self'", 'frame-src https://sandbox.embed.apollographql.com'],
  },
};

/**
 * Returns the Content-Security-Policy of a page. Only scripts with the response's nonce run, and scripts that they load;
 * the page connects to its own origin and the API alone, and cannot be framed. Injected markup runs no script.
 * @param nonce base64, new for each response
 * @param apiUrl the API's origin
 * @param page /explore may also have inline styles, workers and the frame of Apollo Sandbox
 * @param development whether Next's development server serves the page: hot reloading needs eval and inline styles
 */
export function contentSecurityPolicy(nonce: string, apiUrl: string, page: PageKind, development: boolean): string {
  const { style, font, other } = WIDER[page];
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self'${style || (development ? " 'unsafe-inline'" : '')}`,
    "img-src 'self' data:",
    `font-src 'self'${font}`,
    "manifest-src 'self'",
    `connect-src 'self' ${apiUrl}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...other,
  ].join('; ');
}
