import { ACCOUNT_ERRORS } from '../words.ts';

/** The result of an account request. */
export type AccountResult =
  | { readonly outcome: 'done'; readonly body: unknown }
  /** Rejected, with a code of Better Auth or Fieldgate. */
  | { readonly outcome: 'rejected'; readonly code: string; readonly message: string }
  /** Too many requests; seconds until the next attempt may succeed. */
  | { readonly outcome: 'rate-limited'; readonly seconds: number }
  /** No response, or an invalid one: the request may or may not have taken effect. */
  | { readonly outcome: 'unavailable' };

/** The result of a request that did not succeed. */
export type AccountFailure = Exclude<AccountResult, { outcome: 'done' }>;

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 20_000;

/** Posts to an endpoint under /api/auth; never rejects. The browser stores the cookie of the response. */
export function postAccount(path: string, body: Readonly<Record<string, unknown>>): Promise<AccountResult> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Reads from an endpoint under /api/auth; never rejects. */
export function getAccount(path: string): Promise<AccountResult> {
  return request(path, { cache: 'no-store' });
}

async function request(path: string, init: RequestInit): Promise<AccountResult> {
  try {
    const response = await fetch(`/api/auth${path}`, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
    if (response.ok) return { outcome: 'done', body: await response.json() };
    if (response.status === 429)
      return { outcome: 'rate-limited', seconds: Number(response.headers.get('retry-after')) || 60 };
    if (response.status >= 500) return { outcome: 'unavailable' };
    const { code, message }: { code?: string; message?: string } = await response.json();
    return { outcome: 'rejected', code: code ?? '', message: message ?? '' };
  } catch {
    return { outcome: 'unavailable' };
  }
}

/** Whether a request was refused because it needs a recent sign-in. */
export const isStepUpRequired = (result: AccountResult): boolean =>
  result.outcome === 'rejected' && result.code === 'STEP_UP_REQUIRED';

/** Returns a wait in words, rounded up: "a minute", "3 minutes". */
export function waitInMinutes(seconds: number): string {
  return ACCOUNT_ERRORS.minutes(Math.ceil(seconds / 60));
}

/** Returns the message for an error that the form has no specific message for. */
export function accountErrorMessage(result: AccountFailure): string {
  if (result.outcome === 'unavailable') return ACCOUNT_ERRORS.unavailable;
  if (result.outcome === 'rate-limited') {
    const wait = result.seconds < 60 ? ACCOUNT_ERRORS.aFewSeconds : waitInMinutes(result.seconds);
    return ACCOUNT_ERRORS.tooManyAttempts(wait);
  }
  if (result.code === 'INVALID_ORIGIN') return ACCOUNT_ERRORS.invalidOrigin;
  if (result.code === 'STEP_UP_REQUIRED') return ACCOUNT_ERRORS.stepUp;
  return result.message || ACCOUNT_ERRORS.other;
}
