/**
 * Creates an error without a stack, for errors that are only sent to a client. Recording the stack took longer than the
 * rest of a refused request: rejecting a request must not cost more than serving it.
 */
export function withoutStack<T>(createError: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return createError();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
