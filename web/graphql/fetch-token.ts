import type { IssuedToken } from './token-source.ts';

/** How long the web app may take to issue a token, in milliseconds. */
const TIMEOUT = 10_000;

/** The user of a token. Its signature is the API's business: here it only keeps tabs of two users apart. */
function userIdFrom(token: string): string {
  const payload = token.split('.')[1] ?? '';
  const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
  if (typeof claims !== 'object' || claims === null || !('user_id' in claims)) return '';
  return String(claims.user_id);
}

/**
 * Asks the web app for a token of the session whose cookie this browser holds.
 * @throws {Error} when the web app is away or does not answer as it should; the session may live on
 */
export async function fetchTokenFromSession(): Promise<IssuedToken | 'session-ended'> {
  const response = await fetch('/api/auth/access-token', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
  if (response.status === 401) return 'session-ended';
  if (!response.ok) throw new Error(`No token was issued: ${response.status}.`);
  const { accessToken, expiresIn }: { accessToken: string; expiresIn: number } = await response.json();
  return { token: accessToken, expiresIn, userId: userIdFrom(accessToken) };
}
