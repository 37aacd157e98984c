import { NotSentError } from '../../graphql/connection.ts';
import { errorCode, errorMessage } from '../../graphql/error-code.ts';
import { PartlyMarkedError } from './partly-marked-error.ts';
import { TASK_ERRORS } from '../../words.ts';

/** Returns the message for a change that failed. */
export function taskErrorMessage(error: unknown): string {
  if (error instanceof NotSentError) return error.isOffline ? TASK_ERRORS.offline : TASK_ERRORS.away;
  if (error instanceof PartlyMarkedError) return TASK_ERRORS.partlyMarked(error.marked, taskErrorMessage(error.cause));
  switch (errorCode(error)) {
    case 'BAD_USER_INPUT':
      return errorMessage(error) ?? TASK_ERRORS.badInput;
    case 'CONFLICT':
      return TASK_ERRORS.conflict;
    case 'NOT_FOUND':
      return TASK_ERRORS.notFound;
    case 'STEP_UP_REQUIRED':
      return TASK_ERRORS.stepUp;
    case 'PERSISTED_DOCUMENT_NOT_FOUND':
    case 'PERSISTED_DOCUMENT_REQUIRED':
      return TASK_ERRORS.olderPage;
    case 'TOO_MANY_REQUESTS':
      return TASK_ERRORS.tooMany;
    case 'FORBIDDEN':
      return TASK_ERRORS.forbidden;
    default:
      // Without a response it is unknown whether the change was made.
      return TASK_ERRORS.noResponse;
  }
}

/** Whether the same change may succeed later, without being changed. */
export function mayTryAgain(error: unknown): boolean {
  const code = errorCode(error);
  return (
    code === undefined || code === 'UNAVAILABLE' || code === 'TOO_MANY_REQUESTS' || code === 'INTERNAL_SERVER_ERROR'
  );
}
