import type { TypedDocumentString } from './generated/graphql.ts';
import { API_URL } from './environment.ts';
import type { Session } from './session.ts';

/** The first error of a response: `code` is one of the table "Errors of the API". */
export class ApiError extends Error {
  readonly code: string;
  /** Of BAD_USER_INPUT: which value is wrong, and the rule that it breaks. */
  readonly field: string | undefined;
  readonly rule: string | undefined;
  /** Leads the operator to the log. */
  readonly requestId: string | null;

  constructor(message: string, { code, field, rule }: ErrorExtensions, requestId: string | null) {
    super(message);
    this.code = code;
    this.field = field;
    this.rule = rule;
    this.requestId = requestId;
  }
}

interface ErrorExtensions {
  readonly code: string;
  readonly field?: string;
  readonly rule?: string;
}
interface GraphqlResponse<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: ErrorExtensions }[];
}

/**
 * Sends an operation with the session's token. A token that was revoked in the meantime, by a change of the role for
 * instance, is renewed once.
 * @throws {ApiError}
 */
export async function execute<Data, Variables>(
  session: Session,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  try {
    return await send(await session.token(), document, variables);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error;
    await session.renew();
    return send(await session.token(), document, variables);
  }
}

async function send<Data, Variables>(
  token: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(`${API_URL}/graphql`, {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json;q=0.9',
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ query: document.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as GraphqlResponse<Data>;
  const [error] = errors ?? [];
  if (error !== undefined) throw new ApiError(error.message, error.extensions, response.headers.get('x-request-id'));
  if (data == null) throw new Error(`The API sent neither data nor errors, with status ${response.status}.`);
  return data;
}
