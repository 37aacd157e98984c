/** What became of an account request. */
export type AccountResult =
  | { readonly outcome: 'done' }
  /** Refused, with a code of Better Auth's or ours. */
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string }
  /** Too many requests; seconds until the next may pass. */
  | { readonly outcome: 'wait'; readonly seconds: number }
  /** No answer, or none that can be used: nothing is known to have happened. */
  | { readonly outcome: 'away' };

/** How long accounts may take to answer, in milliseconds. */
const TIMEOUT = 20_000;

/** Posts to Better Auth under /api/auth. The cookie that comes back is the browser's business alone. */
export async function postAccount(path: string, body: Readonly<Record<string, string>>): Promise<AccountResult> {
  try {
    const response = await fetch(`/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (response.ok) return { outcome: 'done' };
    if (response.status === 429) return { outcome: 'wait', seconds: Number(response.headers.get('retry-after')) || 60 };
    if (response.status >= 500) return { outcome: 'away' };
    const { code, message }: { code?: string; message?: string } = await response.json();
    return { outcome: 'refused', code: code ?? '', message: message ?? '' };
  } catch {
    return { outcome: 'away' };
  }
}

/** The words for an answer that is none of the form's own business. */
export function accountErrorMessage(result: Exclude<AccountResult, { outcome: 'done' }>): string {
  if (result.outcome === 'away') return 'We could not reach Fieldgate. Please try again in a moment.';
  if (result.outcome === 'wait')
    return result.seconds < 60
      ? 'That was a lot at once. Please try again in a few seconds.'
      : 'Too many attempts. Please try again in a minute.';
  if (result.code === 'INVALID_ORIGIN')
    return 'This page was opened under another address than Fieldgate’s own, so signing in is not safe here.';
  return result.message || 'That did not work. Please try again.';
}
