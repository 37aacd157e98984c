/** features/accounts/account-page.tsx */
export const ACCOUNT_PAGE = {
  fieldgateNeedsJavascriptPlease: 'Fieldgate needs JavaScript. Please enable it for this page.',
};

/** features/accounts/ban-button.tsx */
export const BAN_BUTTON = {
  liftTheBan: 'Lift the ban',
  banThisUser: 'Ban this user…',
  banThisUser4: 'Ban this user?',
  isSignedOutOn: ' is signed out on every device at once, and cannot sign in until the ban is lifted.',
  cancel: 'Cancel',
  ban: 'Ban',
};

/** features/accounts/change-email-form.tsx */
export const CHANGE_EMAIL_FORM = {
  newEmailAddress: 'New e-mail address',
  sending: 'Sending…',
  changeAddress: 'Change address',
};

/** features/accounts/change-password-form.tsx */
export const CHANGE_PASSWORD_FORM = {
  currentPassword: 'Current password',
  newPassword: 'New password',
  changing: 'Changing…',
  changePassword: 'Change password',
};

/** features/accounts/delete-account.tsx */
export const DELETE_ACCOUNT = {
  deleteAccount: 'Delete account…',
  deleteYourAccount: 'Delete your account?',
  yourTasksAndEverything: 'Your tasks and everything else in your account are deleted at once. This cannot be undone.',
  keepIt: 'Keep it',
  deleting: 'Deleting…',
  deleteAccount3: 'Delete account',
};

/** features/accounts/device-list.tsx */
export const DEVICE_LIST = {
  signOutNamed: (device: string) => `Sign out ${device}`,
  devices: 'Devices',
  lastUsed: 'Last used: ',
  signedIn: 'Signed in: ',
  signOut: 'Sign out',
  signOutAllOther: 'Sign out all other devices',
  youAreSignedIn: 'You are signed in on this device alone.',
};

/** features/accounts/email-field.tsx */
export const EMAIL_FIELD = {
  email: 'E-mail',
};

/** features/accounts/export-data.tsx */
export const EXPORT_DATA = {
  exporting: (entries: number) => `Exporting… ${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`,
  exportYourData: 'Export your data',
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
};

/** features/accounts/log-filter.tsx */
export const LOG_FILTER = {
  all: 'All',
  user: 'User',
  emailAddressOrId: 'E-mail address or id',
  event: 'Event',
  outcome: 'Outcome',
  show: 'Show',
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

/** features/accounts/profile-form.tsx */
export const PROFILE_FORM = {
  name: 'Name',
  saving: 'Saving…',
  saveName: 'Save name',
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
};

/** features/accounts/second-factor-form.tsx */
export const SECOND_FACTOR_FORM = {
  backupCode: 'Backup code',
  startAgain: 'Start again',
  signingIn: 'Signing in…',
  signIn: 'Sign in',
  withTheAuthenticatorApp: 'Use the authenticator app',
  withABackupCode: 'Use a backup code',
};

/** features/accounts/sign-out-button.tsx */
export const SIGN_OUT_BUTTON = {
  signingOut: 'Signing out…',
  signOut: 'Sign out',
};

/** features/accounts/unverified-notice.tsx */
export const UNVERIFIED_NOTICE = {
  yourEmailAddress: 'Your e-mail address',
  pleaseConfirmYourEmail: 'Please confirm your e-mail address: open the link in the mail that was sent to it.',
  sending: 'Sending…',
  sendAgain: 'Send again',
};

/** features/accounts/verify-email.tsx */
export const VERIFY_EMAIL = {
  thankYouYourEmail: 'Thank you. Your e-mail address is confirmed.',
  goToYourTasks: 'Go to your tasks',
  pleaseOpenTheLink: 'Please open the link in your mail again: this page was loaded without it.',
  confirming: 'Confirming…',
  confirmThisAddress: 'Confirm this address',
};
