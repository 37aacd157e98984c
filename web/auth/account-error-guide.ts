import { type ErrorAdvice, FIX_THE_CLIENT } from '../../runtime/error-advice.ts';

const ASK_AGAIN = 'Show it at the field, and let the user correct it.';
const WAIT = 'Wait for `Retry-After` seconds.';

/**
 * The codes that the endpoints under /api/auth answer with, our own and Better Auth's. `npm run codegen` makes the table of
 * docs/clients.md from it, and a test finds codes in the sources that are missing here.
 */
export const ACCOUNT_ERROR_GUIDE: Readonly<Record<string, ErrorAdvice>> = {
  ACCOUNT_BANNED: { meaning: 'An administrator banned the account.', advice: 'Say so, and do not repeat the sign-in.' },
  AUTHENTICATION_FAILED: {
    meaning: 'The passkey’s signature is not valid.',
    advice: 'Offer the passkey again, or the password.',
  },
  CANNOT_BAN: {
    meaning: 'There is no such user, or it is an administrator, or banned already.',
    advice: 'Read the list again.',
  },
  CHALLENGE_NOT_FOUND: {
    meaning: 'The passkey answers no challenge of this browser, or it has expired.',
    advice: 'Ask for new options.',
  },
  EMAIL_ALREADY_VERIFIED: { meaning: 'The address is verified.', advice: 'Renew the token, which says so.' },
  EMAIL_TAKEN: {
    meaning: 'Another account got the address before the link was opened.',
    advice: 'Ask for another address.',
  },
  EMAIL_UNCHANGED: { meaning: 'The account has this address already.', advice: ASK_AGAIN },
  FORBIDDEN: { meaning: 'The endpoint is for administrators.', advice: 'Do not repeat it.' },
  INVALID_CODE: {
    meaning: 'The code of the app or the backup code is wrong, or was used before.',
    advice: 'Ask for the next code.',
  },
  INVALID_EMAIL: { meaning: 'The text is not an e-mail address.', advice: ASK_AGAIN },
  INVALID_EMAIL_OR_PASSWORD: {
    meaning: 'No account has this address and password: which of the two is wrong is not said.',
    advice: ASK_AGAIN,
  },
  INVALID_ORIGIN: {
    meaning: 'The `Origin` header is not that of the web app.',
    advice: 'Send `Origin` with the value of `WEB_URL`. Pages of other sites cannot.',
  },
  INVALID_PASSWORD: { meaning: 'The password of the account is another.', advice: ASK_AGAIN },
  INVALID_TOKEN: {
    meaning: 'The token of a mailed link is wrong, used or expired.',
    advice: 'Offer to send a new mail.',
  },
  INVALID_TWO_FACTOR_COOKIE: {
    meaning: 'No sign-in waits for a code, or it has waited too long.',
    advice: 'Begin with the password again.',
  },
  LAST_WAY_TO_SIGN_IN: {
    meaning: 'The account has neither a password nor another provider.',
    advice: 'Offer to set a password or to link another provider first.',
  },
  LINK_OF_ANOTHER_ACCOUNT: {
    meaning: 'The mailed link is for another account than the one that is signed in.',
    advice: 'Sign out, and open the link again.',
  },
  MAIL_DISABLED: { meaning: 'The operator has set up no mail server.', advice: 'Hide what needs a mail.' },
  MISSING_OR_NULL_ORIGIN: {
    meaning: 'A request with cookies has no `Origin` header.',
    advice: 'Send `Origin` with the value of `WEB_URL`.',
  },
  NAME_NOT_VALID: { meaning: 'The name is empty, too long or has control characters.', advice: ASK_AGAIN },
  NOT_BANNED: { meaning: 'There is no such user, or it is not banned.', advice: 'Read the list again.' },
  NOT_FOUND: { meaning: 'There is no such endpoint, or it has another method.', advice: FIX_THE_CLIENT },
  NO_PENDING_SECOND_FACTOR: {
    meaning: 'No second factor waits for its first code.',
    advice: 'Begin the set-up again.',
  },
  OVERLOADED: { meaning: 'Too many passwords are being checked at once.', advice: WAIT },
  PASSKEY_NOT_FOUND: {
    meaning: 'The account, or any account at a sign-in, does not have this passkey.',
    advice: 'Offer another way, or read the list again.',
  },
  PASSWORD_TOO_WEAK: { meaning: 'The password breaks a rule of the policy: the message names it.', advice: ASK_AGAIN },
  PAYLOAD_TOO_LARGE: { meaning: 'The body has more than 64 kB.', advice: FIX_THE_CLIENT },
  PROVIDER_NOT_LINKED: { meaning: 'The account cannot sign in with this provider.', advice: 'Read the list again.' },
  PROVIDER_UNAVAILABLE: { meaning: 'The sign-in provider does not answer.', advice: 'Offer another way to sign in.' },
  SESSION_NOT_FRESH: { meaning: 'The session is too old for this change.', advice: 'Ask the user to sign in.' },
  STEP_UP_REQUIRED: {
    meaning: 'The user authenticated more than `maxAge` seconds ago.',
    advice: 'Use `/step-up/password`, `/step-up/totp` or `/step-up/passkey`, and send the request again.',
  },
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: {
    meaning: 'Too many codes of this sign-in were wrong.',
    advice: 'Begin with the password again.',
  },
  TOO_MANY_GUESSES: {
    meaning: 'Too many wrong passwords or codes for this account.',
    advice: `${WAIT} A browser that has signed in before is not affected.`,
  },
  TOO_MANY_PASSKEYS: { meaning: 'The account has as many passkeys as it may have.', advice: 'Offer to remove one.' },
  TOO_MANY_REQUESTS: { meaning: 'Too many requests of this network.', advice: WAIT },
  TOTP_NOT_ENABLED: {
    meaning: 'The account has no authenticator app.',
    advice: 'Offer another way of `/step-up/methods`.',
  },
  TWO_FACTOR_NOT_ENABLED: { meaning: 'The account has no second factor.', advice: 'Read the account again.' },
  UNAUTHORIZED: {
    meaning: 'The session has ended.',
    advice: 'Forget the token, and ask the user to sign in. Nothing else means that the user is signed out.',
  },
  UNAVAILABLE: { meaning: 'The accounts are not available. The session lives on.', advice: WAIT },
  UNSUPPORTED_MEDIA_TYPE: { meaning: 'The body is not `application/json`.', advice: FIX_THE_CLIENT },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    meaning: 'An account has this address.',
    advice: 'Offer the sign-in and the reset of the password.',
  },
  USER_NOT_VERIFIED: {
    meaning: 'The authenticator asked for no PIN, fingerprint or face.',
    advice: 'Ask for another authenticator.',
  },
  VALIDATION_ERROR: { meaning: 'The body is not one JSON object of the expected values.', advice: FIX_THE_CLIENT },
};
