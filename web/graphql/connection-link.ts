import { ServerError } from '@apollo/client/errors';
import { ApolloLink } from '@apollo/client/link';
import { OperationTypeNode } from 'graphql';
import { finalize, from, mergeMap, tap, throwError } from 'rxjs';
import { type Connection, NotSentError } from './connection.ts';
import { errorCode } from './error-code.ts';
import { SessionEndedError } from './session-ended-error.ts';

/**
 * Creates the link that reports to the connection whether operations are answered. While they are not, a mutation is sent
 * only if a probe is answered; otherwise it fails at once, and nothing is changed.
 * @param onChanged is called after a mutation that may have changed something
 */
export function createConnectionLink(connection: Connection, onChanged: () => void): ApolloLink {
  const report = new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap({
        next: ({ errors }) => {
          const isUnavailable = errors?.[0]?.extensions?.['code'] === 'UNAVAILABLE';
          if (isUnavailable) connection.reportFailure();
          else connection.reportAnswer();
        },
        error: (error: unknown) => {
          const outcome = outcomeOf(error);
          if (outcome === 'unanswered') connection.reportFailure();
          else if (outcome === 'answered') connection.reportAnswer();
        },
      }),
    ),
  );

  const guardMutations = new ApolloLink((operation, forward) => {
    if (operation.operationType !== OperationTypeNode.MUTATION) return forward(operation);
    // Also after an error: without an answer it is unknown whether the mutation has run.
    const send = () => forward(operation).pipe(finalize(onChanged));
    if (!connection.isLost) return send();
    const notSent = () => throwError(() => new NotSentError({ isOffline: connection.state === 'offline' }));
    return from(connection.check()).pipe(mergeMap((answers) => (answers ? send() : notSent())));
  });

  return ApolloLink.from([guardMutations, report]);
}

/** Returns whether a request with this error was answered; null if it was not sent, or was cancelled. */
function outcomeOf(error: unknown): 'answered' | 'unanswered' | null {
  if (error instanceof SessionEndedError) return null;
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  const code = errorCode(error);
  if (code !== undefined) return code === 'UNAVAILABLE' ? 'unanswered' : 'answered';
  if (ServerError.is(error)) return error.statusCode >= 500 ? 'unanswered' : 'answered';
  // No network, a timeout, the page of a proxy, or a web app that issues no token.
  return 'unanswered';
}
