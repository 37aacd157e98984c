import { errorCode, errorMessage } from '../../graphql/error-code.ts';

/** The message if the list cannot be loaded. */
export const LIST_UNAVAILABLE = 'Your tasks could not be loaded. They are safe. Please try again in a moment.';

/** The message if a task cannot be loaded. */
export const TASK_UNAVAILABLE = 'This task could not be loaded. It is safe. Please try again in a moment.';

/** Returns the message for a change that failed. */
export function taskErrorMessage(error: unknown): string {
  switch (errorCode(error)) {
    case 'BAD_USER_INPUT':
      return errorMessage(error) ?? 'This change is not possible.';
    case 'CONFLICT':
      return 'This task was changed elsewhere. Reload the page to see the latest version.';
    case 'NOT_FOUND':
      return 'This task no longer exists.';
    case 'STEP_UP_REQUIRED':
      return 'Nothing was changed, because you did not sign in again.';
    case 'PERSISTED_DOCUMENT_NOT_FOUND':
    case 'PERSISTED_DOCUMENT_REQUIRED':
      return 'Nothing was changed, because this page is of an older version. Reload the page.';
    case 'TOO_MANY_REQUESTS':
      return 'Nothing was changed, because there were too many requests. Please try again in a moment.';
    case 'FORBIDDEN':
      return 'You are not allowed to do this.';
    default:
      // Without a response it is unknown whether the change was made.
      return 'Fieldgate could not be reached. Your change may not be saved: reload the page to check, or try again.';
  }
}
