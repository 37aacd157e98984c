/** The published credentials of the demo account. */
export interface DemoAccount {
  readonly email: string;
  readonly password: string;
}

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 15_000;
/** A token with less time left, in milliseconds, is not used again. */
const MIN_REMAINING = 30_000;

/**
 * Returns a function that resolves to an access token of the demo account, or to null if there is no such account. It signs
 * in once, beside the visitor's own session: without credentials the browser neither sends nor stores a cookie.
 */
export function createDemoTokens({ email, password }: DemoAccount): () => Promise<string | null> {
  let cached: { readonly token: string; readonly expiresAt: number } | undefined;
  return async () => {
    if (cached !== undefined && cached.expiresAt - Date.now() > MIN_REMAINING) return cached.token;
    const response = await fetch('/api/auth/sign-in/email', {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) return null;
    const { accessToken, expiresIn }: { accessToken: string; expiresIn: number } = await response.json();
    cached = { token: accessToken, expiresAt: Date.now() + expiresIn * 1_000 };
    return accessToken;
  };
}
