/** Messages for the errors with which a provider's redirect leads to the sign-in page. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['account_banned', 'This account is banned. Please ask the operator of this site.'],
  ['access_denied', 'You cancelled the sign-in at the provider.'],
  [
    'account_not_linked',
    'There is an account with this e-mail address. Sign in with your password first, then link the provider.',
  ],
  ['account_already_linked_to_different_user', 'This sign-in is linked to another account.'],
  ['email_does_not_match', 'The provider has another e-mail address for you than this account.'],
  ['email_not_found', 'The provider did not say which e-mail address you have. Sign in another way.'],
  ['state_mismatch', 'The sign-in took too long, or was started in another browser. Please try again.'],
  ['unable_to_link_account', 'The provider has not verified your e-mail address. Verify it there first.'],
]);

/** Returns the message for the code of an error in the address of a page; null without an error. */
export function providerErrorMessage(error: unknown): string | null {
  if (typeof error !== 'string' || error === '') return null;
  return MESSAGES.get(error) ?? 'The sign-in with the provider failed. Please try again, or sign in another way.';
}
