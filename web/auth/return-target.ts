/** The page after signing in, unless the visitor was sent from another one. */
export const HOME = '/tasks';

/** An origin that no site has: a URL that keeps it when resolved is a path on this site. */
const PLACEHOLDER_ORIGIN = 'http://nowhere.invalid';

/**
 * Returns the page to open after signing in: `next` if it is a path on this site, otherwise the tasks. A link to
 * /sign-in?next=https://evil.example must not lead from our sign-in page to a copy of it (open redirect); browsers
 * resolve `//evil.example`, `/\evil.example` and paths with tabs to other sites too.
 * @param next the query parameter, not validated
 */
export function returnTarget(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return HOME;
  const url = URL.parse(next, PLACEHOLDER_ORIGIN);
  if (url?.origin !== PLACEHOLDER_ORIGIN) return HOME;
  // Checked again after resolving, as the browser will resolve it: `/tasks/..//evil.example` becomes `//evil.example`.
  const path = url.pathname + url.search + url.hash;
  const reparsed = URL.parse(path, PLACEHOLDER_ORIGIN);
  const circular = /^\/(sign-in|sign-up|api)(\/|$)/.test(url.pathname);
  return reparsed?.origin === PLACEHOLDER_ORIGIN && !circular ? path : HOME;
}

/** Returns the URL of the sign-in page that leads back to `path`. */
export function signInPath(path: string): string {
  return `/sign-in?next=${encodeURIComponent(path)}`;
}

/** The parameter of the sign-in page that asks for the second factor of a sign-in that waits for it. */
export const SECOND_FACTOR_PARAMETER = 'second-factor';

/** Returns the URL of the sign-in page that asks for the second factor, and leads to `next` afterwards. */
export function secondFactorPath(next: string | null): string {
  return `/sign-in?${SECOND_FACTOR_PARAMETER}=required&next=${encodeURIComponent(returnTarget(next))}`;
}
