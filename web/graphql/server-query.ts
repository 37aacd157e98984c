import 'server-only';
import type { TypedDocumentNode } from '@apollo/client';
import type { Unmasked } from '@apollo/client/masking';
import { print } from 'graphql';
import { logOutage } from '../log.ts';

/** How long a page waits for the API, in milliseconds, before it is rendered without data. */
const TIMEOUT = 3_000;

/**
 * Runs a query while a page is rendered on the server.
 * @returns the data; null if the API is unavailable or returned an error, which is then logged
 */
export async function serverQuery<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { endpoint, token }: { endpoint: string; token: string },
): Promise<Unmasked<Data> | null> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      cache: 'no-store',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: print(document), variables }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const body: { data?: Unmasked<Data> | null; errors?: unknown[] } = await response.json();
    if (response.ok && body.data && !body.errors) return body.data;
    logOutage(new Error(`The API answered with status ${response.status}.`), 'the API rejected the query of a page');
  } catch (error) {
    logOutage(error, 'the API did not answer the query of a page');
  }
  return null;
}
