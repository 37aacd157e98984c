import { accountErrorMessage, postAccount } from '../../components/post-account.ts';

/** Ends the session on the server. Resolves to null, or to what went wrong. */
export async function endSession(): Promise<string | null> {
  const result = await postAccount('/sign-out', {});
  return result.outcome === 'done' ? null : accountErrorMessage(result);
}
