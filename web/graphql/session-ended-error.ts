/** Thrown instead of sending a request after the session has ended; the page is about to navigate away. */
export class SessionEndedError extends Error {
  override readonly name = 'SessionEndedError';
}
