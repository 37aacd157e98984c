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

/** features/accounts/export-data.tsx */
export const EXPORT_DATA = {
  exporting: (entries: number) => `Exporting… ${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`,
  exportYourData: 'Export your data',
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
};
