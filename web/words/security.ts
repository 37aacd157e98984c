/** features/security/backup-codes.tsx */
export const BACKUP_CODES = {
  keepTheseBackupCodes:
    'Keep these backup codes in a safe place. Each one signs you in once, if you have lost your authenticator. They are not shown again.',
  backupCodes: 'Backup codes',
  copy: 'Copy',
  iHaveKeptThem: 'I have kept them',
};

/** features/security/passkey-section.tsx */
export const PASSKEY_SECTION = {
  passkeys: 'Passkeys',
  aPasskeySignsYou:
    'A passkey signs you in with the fingerprint, the face or the PIN of a device, without password and code.',
  passkey: 'Passkey',
  rename: 'Rename',
  renameNamed: (name: string) => `Rename ${name}`,
  remove: 'Remove',
  removeNamed: (name: string) => `Remove ${name}`,
  nameOfTheNew: 'Name of the new passkey',
  myPhone: 'My phone',
  addAPasskey: 'Add a passkey',
  renamePasskey: 'Rename passkey',
  name: 'Name',
  cancel: 'Cancel',
  save: 'Save',
};

/** features/security/provider-section.tsx */
export const PROVIDER_SECTION = {
  otherWaysToSign: 'Other ways to sign in',
  providers: 'Providers',
  linked: 'Linked',
  unlink: 'Unlink',
  link: 'Link',
};

/** features/security/second-factor-section.tsx */
export const SECOND_FACTOR_SECTION = {
  authenticatorApp: 'Authenticator app',
  scanThisCodeWith: 'Scan this code with your authenticator app, then enter the six digits that it shows.',
  qrCodeForYour: 'QR code for your authenticator app',
  orEnterThisKey: 'Or enter this key in the app: ',
  cancel: 'Cancel',
  turnOn: 'Turn on',
  onSigningInWith: 'On. Signing in with your password also needs a code of your app.',
  offWithItSigning: 'Off. With it, signing in with your password also needs a code of an app on your phone.',
  newBackupCodes: 'New backup codes',
  turnOff: 'Turn off',
  setUp: 'Set up',
};

/** features/security/security-settings.tsx */
export const SECURITY_SETTINGS = {
  loading: 'Loading…',
  tryAgain: 'Try again',
  yourSettingsCouldNot: 'Your settings could not be loaded. Please try again in a moment.',
};
