import { ApolloLink } from '@apollo/client/link';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { HttpLink } from '@apollo/client/link/http';
import { OperationTypeNode } from 'graphql';
import { from, mergeMap, throwError } from 'rxjs';
import { errorCode } from './error-code.ts';
import type { TokenSource } from './token-source.ts';

declare module '@apollo/client' {
  interface DefaultContext {
    /** The token that the operation was last sent with. */
    token?: string;
    /** Whether the operation was sent again with a new token. */
    retried?: boolean;
  }
}

/** How long the API's answer is waited for, in milliseconds: twice as long as it may take for an operation. */
const TIMEOUT = 20_000;

/** Thrown instead of sending a request when the session has ended. The page is about to be left. */
export class SessionEndedError extends Error {
  override readonly name = 'SessionEndedError';
}

/**
 * The way of an operation to the API: with the token in the Authorization header, and nowhere else; if the API does
 * not know that token any more, once more with a new one.
 * @param uri the API's GraphQL endpoint
 * @param timeout how long its answer is waited for, in milliseconds
 */
export function createApolloLink(
  uri: string,
  tokens: Pick<TokenSource, 'get' | 'renew'>,
  timeout: number = TIMEOUT,
): ApolloLink {
  const retryOnce = new ErrorLink(({ error, operation, forward }) => {
    const { token, retried } = operation.getContext();
    // STEP_UP_REQUIRED is a 401 too: a new token of the same session would not help.
    if (errorCode(error) !== 'UNAUTHENTICATED' || retried) return;
    operation.setContext({ retried: true });
    return from(tokens.renew(token)).pipe(
      mergeMap((renewed) => (renewed === null ? throwError(() => error) : forward(operation))),
    );
  });

  const attachToken = new SetContextLink(async ({ headers }, { operationType }) => {
    const token = await tokens.get();
    if (token === null) throw new SessionEndedError('The session has ended.');
    return {
      token,
      headers: { ...headers, authorization: `Bearer ${token}` },
      // A change that the page already shows must arrive, also when the page is left in the same moment.
      fetchOptions: {
        keepalive: operationType === OperationTypeNode.MUTATION,
        signal: AbortSignal.timeout(timeout),
      },
    };
  });

  // The session's cookie belongs to the web app; the API takes the token alone.
  return ApolloLink.from([retryOnce, attachToken, new HttpLink({ uri, credentials: 'omit' })]);
}
