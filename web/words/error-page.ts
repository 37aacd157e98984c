/** app/error.tsx */
export const ERROR_PAGE = {
  somethingWentWrong: 'Something went wrong',
  tryAgain: 'Try again',
  thisPageCouldNot: 'This page could not be loaded. Your tasks are safe. Please try again in a moment.',
};
