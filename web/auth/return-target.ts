/** Where somebody goes who has signed in and came from nowhere in particular. */
export const HOME = '/tasks';

/** An origin that no page has: a path that keeps it when resolved is a path of ours. */
const PLACEHOLDER_ORIGIN = 'http://nowhere.invalid';

/**
 * Where to go after signing in: `next`, when it is a path of this site, or else the tasks. A link to
 * /sign-in?next=https://evil.example must not lead from our page, fresh trust and all, to a copy of it; browsers read
 * `//evil.example`, `/\evil.example` and paths with tabs in them as other sites too.
 * @param next from the query, as it came
 */
export function returnTarget(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return HOME;
  const url = URL.parse(next, PLACEHOLDER_ORIGIN);
  if (url?.origin !== PLACEHOLDER_ORIGIN) return HOME;
  // Resolved, so that `/tasks/..//evil.example` is judged as the browser will read it.
  const path = url.pathname + url.search + url.hash;
  const reparsed = URL.parse(path, PLACEHOLDER_ORIGIN);
  const circular = /^\/(sign-in|sign-up|api)(\/|$)/.test(url.pathname);
  return reparsed?.origin === PLACEHOLDER_ORIGIN && !circular ? path : HOME;
}

/** The sign-in page, which afterwards leads back to `path`. */
export function signInPath(path: string): string {
  return `/sign-in?next=${encodeURIComponent(path)}`;
}
