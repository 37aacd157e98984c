/** components/passkey.ts */
export const PASSKEY_ERRORS = {
  notUsed: 'No passkey was used. Please try again, or use another way.',
  exists: 'This device has a passkey of this account already.',
  notCreated: 'No passkey was created. Please try again.',
  notAccepted: 'This passkey was not accepted. It may have been removed from your account.',
};
