import { postAccount } from '../../components/post-account.ts';
import { mailErrorMessage } from './mail-error-message.ts';

/** Sends the mail that confirms the user's address again. Resolves to null, or to what went wrong. */
export async function sendVerification(): Promise<string | null> {
  const result = await postAccount('/send-verification-email', {});
  return result.outcome === 'done' ? null : mailErrorMessage(result);
}
