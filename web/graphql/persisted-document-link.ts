import { ApolloLink } from '@apollo/client/link';
import { ErrorLink } from '@apollo/client/link/error';
import { documentId } from './document-id.ts';
import { errorCode } from './error-code.ts';

declare module '@apollo/client' {
  interface DefaultContext {
    /** Whether the operation is sent as a text, because the API did not know its document. */
    sendsText?: boolean;
  }
}

/**
 * Creates the link that sends the id of a document in place of its text. Its HttpLink needs `fetchDocument`.
 *
 * An API of another release may not know the document, for example for a page that was opened before the release: the
 * operation is then sent again as a text, which an API with OPERATIONS=trusted refuses: the page must be reloaded.
 */
export function createPersistedDocumentLink(): ApolloLink {
  const retryAsText = new ErrorLink(({ error, operation, forward }) => {
    if (errorCode(error) !== 'PERSISTED_DOCUMENT_NOT_FOUND' || operation.getContext().sendsText) return;
    operation.setContext({ sendsText: true });
    return forward(operation);
  });
  const nameDocument = new ApolloLink((operation, forward) => {
    const id = operation.getContext().sendsText ? undefined : documentId(operation.query);
    const { documentId: _, ...extensions } = operation.extensions;
    operation.extensions = id === undefined ? extensions : { ...extensions, documentId: id };
    operation.setContext(({ http }) => ({ http: { ...http, includeQuery: id === undefined } }));
    return forward(operation);
  });
  return ApolloLink.from([retryAsText, nameDocument]);
}

/**
 * Moves `documentId` from the extensions, the only place in the body that Apollo Client lets a link write, to where the
 * specification has it. To be used as the `fetch` of an HttpLink.
 */
export const fetchDocument: typeof fetch = (input, init) => {
  if (typeof init?.body !== 'string') return fetch(input, init);
  const { extensions, ...body } = JSON.parse(init.body) as { readonly extensions?: { readonly documentId?: string } };
  if (extensions?.documentId === undefined) return fetch(input, init);
  const { documentId: id, ...others } = extensions;
  const rest = Object.keys(others).length === 0 ? {} : { extensions: others };
  return fetch(input, { ...init, body: JSON.stringify({ documentId: id, ...body, ...rest }) });
};
