import { errorCode, errorMessage } from '../../graphql/error-code.ts';

/** What to tell the viewer when the list cannot be had. */
export const LIST_UNAVAILABLE =
  'Your tasks could not be fetched. They are safe; the service that keeps them does not answer.';

/** What to tell the viewer of a change that failed. */
export function taskErrorMessage(error: unknown): string {
  switch (errorCode(error)) {
    case 'BAD_USER_INPUT':
      return errorMessage(error) ?? 'That is not possible.';
    case 'CONFLICT':
      return 'That task was changed elsewhere in the meantime. Reload the page to see how it is now.';
    case 'NOT_FOUND':
      return 'That task is not there any more.';
    case 'FORBIDDEN':
      return 'You may not do that.';
    default:
      // Nobody knows: what did not answer may have heard.
      return 'Fieldgate could not be reached. The change may not have been kept: reload the page to see, or try again.';
  }
}
