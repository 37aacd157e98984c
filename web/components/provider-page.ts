/**
 * Returns the address of the provider's page in the response body of `/sign-in/social` or `/link-social`; undefined if
 * there is none that a browser may open.
 */
export function providerPage(body: unknown): string | undefined {
  const url = typeof body === 'object' && body !== null && 'url' in body ? body.url : undefined;
  return typeof url === 'string' && /^https?:/.test(url) ? url : undefined;
}
