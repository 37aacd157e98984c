/** features/accounts/account-page.tsx */
export const ACCOUNT_PAGE = {
  fieldgateNeedsJavascriptPlease: 'Fieldgate needs JavaScript. Please enable it for this page.',
};

/** features/accounts/email-field.tsx */
export const EMAIL_FIELD = {
  email: 'E-mail',
};

/** features/accounts/forgot-password-form.tsx */
export const FORGOT_PASSWORD_FORM = {
  ifIt: 'If ',
  hasAnAccountA: ' has an account, a mail with a link is on its way. The link works for 30 minutes.',
  noMailLookInto: 'No mail? Look into the spam folder, and check the address.',
  tryAnotherAddress: 'Try another address',
  enterTheEmailAddress: 'Enter the e-mail address of your account. You get a mail with a link to set a new password.',
  sending: 'Sending…',
  sendTheLink: 'Send the link',
  invalid: 'Please enter a valid e-mail address.',
};

/** features/accounts/password-field.tsx */
export const PASSWORD_FIELD = {
  hide: 'Hide',
  show: 'Show',
  hidePassword: 'Hide password',
  showPassword: 'Show password',
};

/** features/accounts/password-rules.tsx */
export const PASSWORD_RULES = {
  yourPasswordNeeds: 'Your password needs',
  done: ': done',
};

/** features/accounts/provider-buttons.tsx */
export const PROVIDER_BUTTONS = {
  signInWith: 'Sign in with ',
};

/** features/accounts/reset-password-form.tsx */
export const RESET_PASSWORD_FORM = {
  yourNewPasswordIs: 'Your new password is set. Every device was signed out.',
  signInWithThe: 'Sign in with the new password',
  pleaseOpenTheLink: 'Please open the link in your mail again: this page was loaded without it.',
  askForANew: 'Ask for a new link',
  newPassword: 'New password',
  settingThePassword: 'Setting the password…',
  setThePassword: 'Set the password',
  expired: 'This link does not work any more: it was used, or it is older than 30 minutes.',
  needs: (requirements: readonly string[]) => `Your password needs ${requirements.join(', ')}.`,
};

/** features/accounts/second-factor-form.tsx */
export const SECOND_FACTOR_FORM = {
  backupCode: 'Backup code',
  startAgain: 'Start again',
  signingIn: 'Signing in…',
  signIn: 'Sign in',
  withTheAuthenticatorApp: 'Use the authenticator app',
  withABackupCode: 'Use a backup code',
  wrongCode: 'Wrong or used backup code.',
  ended: 'This sign-in has ended. Please start again with your password.',
};

/** features/accounts/verify-email.tsx */
export const VERIFY_EMAIL = {
  thankYouYourEmail: 'Thank you. Your e-mail address is confirmed.',
  goToYourTasks: 'Go to your tasks',
  pleaseOpenTheLink: 'Please open the link in your mail again: this page was loaded without it.',
  confirming: 'Confirming…',
  confirmThisAddress: 'Confirm this address',
};

/** features/accounts/session-ended-message.tsx */
export const SESSION_ENDED_MESSAGE = {
  yourSessionHasEnded: 'Your session has ended. Sign in to go on.',
};

/** features/accounts/sign-in-form.tsx */
export const SIGN_IN_FORM = {
  wrongPassword: 'Wrong e-mail address or password.',
  youNeedNotWait: ' You need not wait after a reset of the password.',
  password: 'Password',
  forgotPassword: 'Forgot password?',
  signingIn: 'Signing in…',
  signIn: 'Sign in',
  withAPasskey: 'Use a passkey',
};

/** features/accounts/sign-up-form.tsx */
export const SIGN_UP_FORM = {
  hasAnAccount: 'This e-mail address already has an account. ',
  signInInstead: 'Sign in instead?',
  invalidEmail: 'Please enter a valid e-mail address.',
  yourPasswordNeeds: (requirements: readonly string[]) => `Your password needs ${requirements.join(', ')}.`,
  password: 'Password',
  creatingYourAccount: 'Creating your account…',
  createAccount: 'Create account',
};
