/** components/answer.tsx */
export const ANSWER = {
  theApiCouldNot: 'The API could not be reached. Please try again in a moment.',
};

/** components/code-field.tsx */
export const CODE_FIELD = {
  code: 'Code',
  sixDigits: 'Six digits',
  theSixDigitsThat: 'The six digits that your authenticator app shows',
};

/** components/pager.tsx */
export const PAGER = {
  pages: 'Pages',
  newestEvents: 'Newest events',
  olderEvents: 'Older events',
};

/** components/try-demo-button.tsx */
export const TRY_DEMO_BUTTON = {
  signingIn: 'Signing in…',
  tryTheDemo: 'Try the demo',
};

/** components/unavailable-page.tsx */
export const UNAVAILABLE_PAGE = {
  tryAgain: 'Try again',
  fieldgateIsNotAvailable: 'Fieldgate is not available right now',
  yourTasksAreSafe: 'Your tasks are safe, and you stay signed in. Please try again in a moment.',
};
