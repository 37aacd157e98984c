/** features/tasks/error-messages.ts and use-attempt.ts */
export const TASK_ERRORS = {
  listUnavailable: 'Your tasks could not be loaded. They are safe. Please try again in a moment.',
  taskUnavailable: 'This task could not be loaded. It is safe. Please try again in a moment.',
  offline: 'Nothing was changed, because you are offline.',
  away: 'Nothing was changed, because Fieldgate does not answer.',
  partlyMarked: (count: number, why: string) => `${count} tasks were marked, the others not: ${why}`,
  badInput: 'This change is not possible.',
  conflict: 'This task was changed elsewhere. Reload the page to see the latest version.',
  notFound: 'This task no longer exists.',
  stepUp: 'Nothing was changed, because you did not sign in again.',
  olderPage: 'Nothing was changed, because this page is of an older version. Reload the page.',
  tooMany: 'Nothing was changed, because there were too many requests. Please try again in a moment.',
  forbidden: 'You are not allowed to do this.',
  noResponse: 'Fieldgate could not be reached. Your change may not be saved. Please try again.',
  about: (title: string, message: string) => `“${title}”: ${message}`,
  tryAgain: 'Try again',
};
