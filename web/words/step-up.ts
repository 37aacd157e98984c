/** features/security/step-up-dialog.tsx */
export const STEP_UP_DIALOG = {
  signInAgain: 'Sign in again',
  thisNeedsASign: 'This needs a sign-in within the last five minutes.',
  password: 'Password',
  cancel: 'Cancel',
  continue: 'Continue',
  withAPasskey: 'Use a passkey',
  withThePassword: 'Use the password',
  withACode: 'Use a code',
  pleaseSignOutAnd: 'Please sign out, and sign in with your provider again.',
};
