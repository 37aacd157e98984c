/** What the API answered. */
export type ApiAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** The code of the first error; null without errors. */
      readonly code: string | null;
      /** The `WWW-Authenticate` header; null without one. */
      readonly challenge: string | null;
      /** The body, indented. */
      readonly body: string;
    }
  /** No answer: the API could not be reached. */
  | { readonly outcome: 'unavailable' };

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 15_000;

/**
 * Sends one operation to the API, without Apollo Client, to show the answer as it is; never rejects.
 * @param token the access token; null to send none
 */
export async function sendOperation(apiUrl: string, query: string, token: string | null): Promise<ApiAnswer> {
  try {
    const response = await fetch(`${apiUrl}/graphql`, {
      method: 'POST',
      credentials: 'omit',
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        'content-type': 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const body: { errors?: readonly { extensions?: { code?: string } }[] } = await response.json();
    return {
      outcome: 'answered',
      status: response.status,
      code: body.errors?.[0]?.extensions?.code ?? null,
      challenge: response.headers.get('www-authenticate'),
      body: indented(body),
    };
  } catch {
    return { outcome: 'unavailable' };
  }
}

/** Formats a body with one line for each location. A string cannot match: its line breaks are escaped. */
function indented(body: unknown): string {
  const location = /\{\s+("line": \d+),\s+("column": \d+)\s+\}/g;
  return JSON.stringify(body, null, 2).replaceAll(location, '{ $1, $2 }');
}
