import 'server-only';
import type { TypedDocumentNode } from '@apollo/client';
import { print } from 'graphql';
import { type ClientHeaders, logApiRequest } from '../http/client-headers.ts';
import { logOutage } from '../log.ts';
import { documentId } from './document-id.ts';
import type { PositionHeader } from './read-position.ts';

/** How long a page waits for the API, in milliseconds, before it is rendered without data. */
const TIMEOUT = 3_000;

/** How a page queries the API. */
export interface ServerApi {
  readonly endpoint: string;
  readonly token: string;
  /** The client of the page's request. */
  readonly client: ClientHeaders;
  /** The position of the user's last change, which the page must show. */
  readonly position?: PositionHeader | undefined;
}

interface ResponseBody<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

/**
 * Runs a query while a page is rendered on the server.
 * @returns the data; null if the API is unavailable or returned an error, which is then logged
 */
export async function serverQuery<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { endpoint, token, client, position }: ServerApi,
): Promise<Data | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const send = async (parts: object) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        cache: 'no-store',
        headers: {
          ...client,
          ...position,
          accept: 'application/graphql-response+json, application/json;q=0.9',
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ ...parts, variables }),
        signal,
      });
      logApiRequest(client, response);
      return { status: response.status, body: (await response.json()) as ResponseBody<Data> };
    };
    const id = documentId(document);
    // Printed only if it is sent: the API knows most documents by their ids.
    const sendText = () => send({ query: print(document) });
    let { status, body } = await (id === undefined ? sendText() : send({ documentId: id }));
    // The API is of another release: see persisted-document-link.ts.
    if (body.errors?.[0]?.extensions?.code === 'PERSISTED_DOCUMENT_NOT_FOUND') ({ status, body } = await sendText());
    if (status === 200 && body.data && !body.errors) return body.data;
    logOutage(new Error(`The API answered with status ${status}.`), 'the API rejected the query of a page');
  } catch (error) {
    logOutage(error, 'the API did not answer the query of a page');
  }
  return null;
}
