import { ApolloLink } from '@apollo/client/link';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { HttpLink } from '@apollo/client/link/http';
import { OperationTypeNode } from 'graphql';
import { from, mergeMap, type Observable } from 'rxjs';
import { errorCode } from './error-code.ts';
import { createPersistedDocumentLink, fetchDocument } from './persisted-document-link.ts';
import { keepPosition, positionHeader } from './read-position.ts';
import { SessionEndedError } from './session-ended-error.ts';
import type { TokenSource } from './token-source.ts';

declare module '@apollo/client' {
  interface DefaultContext {
    /** The token that the operation was last sent with. */
    token?: string;
    /** Whether the operation was retried with a new token. */
    retried?: boolean;
    /** Whether the user was asked to authenticate again for it. */
    steppedUp?: boolean;
    /** The timeout of each of its requests, in milliseconds, in place of the link's. */
    timeout?: number;
  }
}

/** The timeout of a request, in milliseconds: twice the API's limit for an operation. */
const TIMEOUT = 20_000;

/** Options of the link. */
interface ApolloLinkOptions {
  readonly stepUp?: () => Promise<boolean>;
  readonly timeout?: number;
  readonly traceparent?: string | undefined;
}

/**
 * Creates the link that sends operations to the API, with the token in the Authorization header and nowhere else. If
 * the API rejects the token, it retries once with a new one. Documents of the generated code go by their id.
 * @param uri the API's GraphQL endpoint
 * @param options.stepUp asks the user to authenticate again, for an operation that needs a more recent sign-in, and
 *   resolves to whether the user did. The operation is then sent again. Default: the operation fails
 * @param options.timeout the timeout of a request, in milliseconds. Default: 20,000
 * @param options.traceparent names the span of the page as the parent of each request (W3C Trace Context). Default: none
 */
export function createApolloLink(
  uri: string,
  tokens: Pick<TokenSource, 'get' | 'renew'>,
  { stepUp = () => Promise.resolve(false), timeout = TIMEOUT, traceparent }: ApolloLinkOptions = {},
): ApolloLink {
  const retryOnce = new ErrorLink(({ error, operation, forward }) => {
    const { token, retried } = operation.getContext();
    // STEP_UP_REQUIRED is a 401 too: a new token of the same session would not help without `stepUp`.
    if (errorCode(error) !== 'UNAUTHENTICATED' || retried) return;
    operation.setContext({ retried: true });
    return retryWith(tokens.renew(token), error, () => forward(operation));
  });

  const stepUpOnce = new ErrorLink(({ error, operation, forward }) => {
    const { token, steppedUp } = operation.getContext();
    if (errorCode(error) !== 'STEP_UP_REQUIRED' || steppedUp) return;
    operation.setContext({ steppedUp: true });
    const renewed = stepUp().then((confirmed) => (confirmed ? tokens.renew(token) : null));
    return retryWith(renewed, error, () => forward(operation));
  });

  const attachToken = new SetContextLink(async ({ headers, fetchOptions, timeout: ownTimeout }, { operationType }) => {
    const token = await tokens.get();
    if (token === null) throw new SessionEndedError('The session has ended.');
    const signals = [AbortSignal.timeout(ownTimeout ?? timeout), fetchOptions?.signal].filter(
      (signal) => signal != null,
    );
    return {
      token,
      headers: {
        ...headers,
        ...positionHeader(globalThis.document?.cookie),
        authorization: `Bearer ${token}`,
        ...(traceparent && { traceparent }),
      },
      // A mutation that the page already shows must be sent even if the user leaves the page.
      fetchOptions: {
        keepalive: operationType === OperationTypeNode.MUTATION,
        signal: AbortSignal.any(signals),
      },
    };
  });

  // The session cookie is for the web app alone; the API authenticates by token.
  const send = new HttpLink({
    uri,
    credentials: 'omit',
    fetch: (...request) => fetchDocument(...request).then(keepPosition),
  });
  return ApolloLink.from([stepUpOnce, retryOnce, attachToken, createPersistedDocumentLink(), send]);
}

/** Sends an operation again when there is a new token; without one it fails with its error. */
function retryWith<Result>(renewed: Promise<string | null>, error: unknown, send: () => Observable<Result>) {
  const orFail = (token: string | null) => {
    if (token === null) throw error;
    return send();
  };
  return from(renewed).pipe(mergeMap(orFail));
}
