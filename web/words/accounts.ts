/** features/accounts/ban-button.tsx */
export const BAN_BUTTON = {
  liftTheBan: 'Lift the ban',
  banThisUser: 'Ban this user…',
  banThisUser4: 'Ban this user?',
  isSignedOutOn: ' is signed out on every device at once, and cannot sign in until the ban is lifted.',
  cancel: 'Cancel',
  ban: 'Ban',
  lifted: (email: string) => `${email} can sign in again.`,
  banned: (email: string) => `${email} is banned and signed out everywhere.`,
};

/** features/accounts/change-email-form.tsx */
export const CHANGE_EMAIL_FORM = {
  newEmailAddress: 'New e-mail address',
  sending: 'Sending…',
  changeAddress: 'Change address',
  invalid: 'Please enter an e-mail address.',
  unchanged: 'This is your e-mail address already.',
  sent: (email: string) => `Open the link in the mail to ${email}. Until then your present address stays in use.`,
};

/** features/accounts/change-password-form.tsx */
export const CHANGE_PASSWORD_FORM = {
  currentPassword: 'Current password',
  newPassword: 'New password',
  changing: 'Changing…',
  changePassword: 'Change password',
  wrong: 'This is not your current password.',
  none: 'This account has no password: it signs in with another provider.',
  needs: (requirements: readonly string[]) => `Your password needs ${requirements.join(', ')}.`,
  changed: 'Your password was changed. All other devices are signed out.',
};

/** features/accounts/delete-account.tsx */
export const DELETE_ACCOUNT = {
  deleteAccount: 'Delete account…',
  deleteYourAccount: 'Delete your account?',
  yourTasksAndEverything: 'Your tasks and everything else in your account are deleted at once. This cannot be undone.',
  keepIt: 'Keep it',
  deleting: 'Deleting…',
  deleteAccount3: 'Delete account',
  stepUp: 'Nothing was deleted, because you did not sign in again.',
  deleted: 'Your account was deleted.',
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
  signedOut: (device: string) => `Signed out: ${device}`,
  allSignedOut: 'All other devices are signed out.',
  thisDevice: (device: string) => `${device} (this device)`,
  unknownAddress: 'Unknown address',
};

/** features/accounts/export-data.tsx */
export const EXPORT_DATA = {
  exporting: (entries: number) => `Exporting… ${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`,
  exportYourData: 'Export your data',
  done: 'Your data was exported. Your browser stores the file fieldgate-export.json.',
  stepUp: 'Nothing was exported, because you did not sign in again.',
  failed: 'Your data could not be read completely, and no file was made. Please try again.',
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

/** features/accounts/profile-form.tsx */
export const PROFILE_FORM = {
  name: 'Name',
  saving: 'Saving…',
  saveName: 'Save name',
  invalid: 'Please enter a name of 1 to 100 characters, none of them invisible.',
  saved: 'Your name was saved.',
};
