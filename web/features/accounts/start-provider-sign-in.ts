import type { AccountResult } from './post-account.ts';

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 20_000;

/**
 * Starts a sign-in with a provider; never rejects.
 * @param next the page after the sign-in
 * @returns the address of the provider's sign-in page, or why there is none
 */
export async function startProviderSignIn(
  provider: string,
  next: string,
): Promise<string | Exclude<AccountResult, { outcome: 'done' }>> {
  try {
    const response = await fetch('/api/auth/sign-in/social', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ provider, callbackURL: next }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (response.status === 429)
      return { outcome: 'rate-limited', seconds: Number(response.headers.get('retry-after')) || 60 };
    if (response.status >= 500) return { outcome: 'unavailable' };
    const { url, code, message }: { url?: string; code?: string; message?: string } = await response.json();
    if (response.ok && url !== undefined && /^https?:/.test(url)) return url;
    return { outcome: 'rejected', code: code ?? '', message: message ?? '' };
  } catch {
    return { outcome: 'unavailable' };
  }
}
