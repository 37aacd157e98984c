/** components/post-account.ts */
export const ACCOUNT_ERRORS = {
  unavailable: 'Fieldgate could not be reached. Please try again in a moment.',
  aFewSeconds: 'a few seconds',
  minutes: (count: number) => (count === 1 ? 'a minute' : `${count} minutes`),
  tooManyAttempts: (wait: string) => `Too many attempts. Please try again in ${wait}.`,
  invalidOrigin: 'You cannot sign in here: this page’s address is not Fieldgate’s own.',
  stepUp: 'Nothing was changed, because you did not sign in again.',
  other: 'Something went wrong. Please try again.',
};
