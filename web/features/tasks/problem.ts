import { errorCode, errorMessage } from '../../graphql/error-code.ts';

/** What to tell the viewer of a change or a query that failed. */
export function taskProblem(error: unknown): string {
  switch (errorCode(error)) {
    case 'BAD_USER_INPUT':
      return errorMessage(error) ?? 'That is not possible.';
    case 'NOT_FOUND':
      return 'That task is not there any more.';
    case 'FORBIDDEN':
      return 'You may not do that.';
    case 'RATE_LIMITED':
    case 'TOO_MANY_REQUESTS':
      return 'That was a lot at once. Please try again in a moment.';
    default:
      return 'Fieldgate could not be reached. Nothing was changed; please try again.';
  }
}
