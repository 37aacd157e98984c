import { type AccountFailure, accountErrorMessage, waitInMinutes } from '../../components/post-account.ts';

/** Returns the message for a request for a mail that failed. */
export function mailErrorMessage(result: AccountFailure): string {
  if (result.outcome !== 'rate-limited') return accountErrorMessage(result);
  return `Too many mails were asked for. Please look into your mailbox, or try again in ${waitInMinutes(result.seconds)}.`;
}
