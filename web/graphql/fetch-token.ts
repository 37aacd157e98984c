import type { IssuedToken } from './token-source.ts';

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 10_000;

/** Returns the user id of a token, to keep the tabs of two users apart. The API, not the browser, verifies tokens. */
function userIdFrom(token: string): string {
  const payload = token.split('.')[1] ?? '';
  const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  if (typeof claims !== 'object' || claims === null || !('user_id' in claims)) return '';
  return String(claims.user_id);
}

/**
 * Fetches an access token for the session of the browser's cookie.
 * @throws {Error} if the web app is unavailable or its response is invalid; the session may still be valid
 */
export async function fetchTokenFromSession(): Promise<IssuedToken | 'session-ended'> {
  const response = await fetch('/api/auth/access-token', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
  if (response.status === 401) return 'session-ended';
  if (!response.ok) throw new Error(`No token was issued: the web app answered with status ${response.status}.`);
  const { accessToken, expiresIn }: { accessToken: string; expiresIn: number } = await response.json();
  return { token: accessToken, expiresIn, userId: userIdFrom(accessToken) };
}
