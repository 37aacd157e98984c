/** Two years, as long as browsers' own lists ask for (RFC 6797). */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/**
 * Returns the value of `Strict-Transport-Security` for the answers of an origin; null where it has none. On plain http a
 * browser ignores it, and on localhost it would shut out other projects.
 * @param origin the process's own origin, as browsers see it
 */
export function strictTransport(origin: string | URL): string | null {
  return new URL(origin).protocol === 'https:' ? STRICT_TRANSPORT : null;
}
