import type { Answer } from './answer.ts';
import type { OperationText } from './send-request.ts';

/** The requests that the embedded Sandbox makes: the parameters of `fetch`. */
type SandboxRequest = (url: string, options: { readonly body?: unknown }) => Promise<Response>;

/**
 * Creates the function to which the embedded Sandbox hands its requests, introspection included. The frame is a page of
 * another site and chooses the URL, headers and options: only a GraphQL operation for the API's own endpoint is sent, with
 * the headers of this page. A request to any other URL would take the token there.
 * @param send sends the operation through the page's link, which attaches the token and renews it
 */
export function createRequestHandler(
  endpoint: string,
  send: (operation: OperationText) => Promise<Answer>,
): SandboxRequest {
  return async (url, { body }) => {
    const operation = url === endpoint ? readOperation(body) : null;
    if (operation === null) return respond(400, refusal('Sandbox may send GraphQL operations to this API only.'));
    try {
      const { status, body: answered } = await send(operation);
      return respond(status, answered);
    } catch (error) {
      return respond(503, refusal(error instanceof Error ? error.message : 'The API could not be reached.'));
    }
  };
}

function readOperation(body: unknown): OperationText | null {
  if (typeof body !== 'string') return null;
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || !('query' in value) || typeof value.query !== 'string')
    return null;
  const { query, variables, operationName } = value as OperationText;
  return { query, variables, operationName };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function respond(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function refusal(message: string): object {
  return { errors: [{ message }] };
}
