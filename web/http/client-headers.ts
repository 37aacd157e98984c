/** The headers that tell the API who sent the request of a page. */
export type ClientHeaders = Readonly<Partial<Record<'x-forwarded-for' | 'user-agent', string>>>;

/**
 * Returns the client's address and User-Agent of a page's request, for the requests that the page sends to the API: its
 * limits, log and security log then name the user's browser, not the web app. The API uses the address only if the web app
 * is one of its TRUSTED_PROXIES.
 * @param headers of the page's request; `replaceForwardedHeaders` has verified the address
 */
export function clientHeaders(headers: Headers): ClientHeaders {
  const address = headers.get('x-forwarded-for');
  const userAgent = headers.get('user-agent');
  return {
    ...(address !== null && { 'x-forwarded-for': address }),
    ...(userAgent !== null && { 'user-agent': userAgent }),
  };
}
