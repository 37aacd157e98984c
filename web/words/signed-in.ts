/** features/accounts/sign-out-button.tsx */
export const SIGN_OUT_BUTTON = {
  signingOut: 'Signing out…',
  signOut: 'Sign out',
  stillSignedIn: (reason: string) => `You are still signed in. ${reason}`,
};

/** features/accounts/unverified-notice.tsx */
export const UNVERIFIED_NOTICE = {
  yourEmailAddress: 'Your e-mail address',
  pleaseConfirmYourEmail: 'Please confirm your e-mail address: open the link in the mail that was sent to it.',
  sending: 'Sending…',
  sendAgain: 'Send again',
  sent: 'A new mail is on its way.',
};

/** components/lazily.tsx */
export const LAZILY = {
  notLoaded: 'A part of this page could not be loaded. Please try again in a moment.',
  tryAgain: 'Try again',
};

/** components/connection-banner.tsx */
export const CONNECTION_BANNER = {
  offline: 'You are offline. Changes cannot be saved.',
  away: 'Fieldgate does not answer. Changes cannot be saved.',
  returned: 'You are connected again. This page is being updated.',
  tryNow: 'Try now',
};

/** components/error-region.tsx */
export const ERROR_REGION = {
  messages: 'Messages',
  dismiss: 'Dismiss',
};
