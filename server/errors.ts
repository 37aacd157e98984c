import { type ASTNode, GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Every code that a caller can meet, with the status of a request that fails with it and what it says by itself. */
export const PUBLIC_CODES = {
  BAD_REQUEST: { status: 400, message: 'The request is not valid.' },
  BAD_USER_INPUT: { status: 400, message: 'A value is not valid.' },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, message: 'The document does not fit the schema.' },
  TOO_COMPLEX: { status: 400, message: 'The operation asks for too much at once.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, message: 'The document has no such operation.' },
  // As Apollo says it: clients that try persisted queries first wait for these words, and then send the document.
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, message: 'PersistedQueryNotSupported' },
  UNAUTHENTICATED: { status: 401, message: 'Sign in to use this.' },
  STEP_UP_REQUIRED: { status: 401, message: 'Sign in again to use this.' },
  FORBIDDEN: { status: 403, message: 'Not authorized.' },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'Verify your e-mail address to use this.' },
  // Told by a mutation that ran, as every refusal of a resolver's is: the request itself was in order.
  CONFLICT: { status: 200, message: 'This has changed since you read it.' },
  NOT_FOUND: { status: 404, message: 'There is no such thing.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'Send a POST request.' },
  NOT_ACCEPTABLE: { status: 406, message: 'Accept application/json or application/graphql-response+json.' },
  REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive.' },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Send application/json in UTF-8.' },
  TOO_MANY_REQUESTS: { status: 429, message: 'Too many requests at once. Try again in a moment.' },
  HEADERS_TOO_LARGE: { status: 431, message: 'The request headers are too large.' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'Something went wrong on our side.' },
  UNAVAILABLE: { status: 503, message: 'The service cannot answer right now. Try again in a moment.' },
} as const;

/** One of the codes that a caller can meet. */
export type PublicCode = keyof typeof PUBLIC_CODES;

/** RFC 6750 §3: the challenge without an error, for a request without a token. */
export const CHALLENGE = 'Bearer';
/** RFC 6750 §3.1: one challenge for every way in which a token can be bad. */
export const INVALID_TOKEN = 'Bearer error="invalid_token"';
/** RFC 6750 §3.1: the request does not say which token it means. */
export const INVALID_REQUEST = 'Bearer error="invalid_request"';

interface PublicErrorOptions extends Pick<GraphQLErrorOptions, 'extensions'> {
  readonly nodes?: readonly ASTNode[] | undefined;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error of the whole request: it decides the status of the answer. */
export function requestError(
  code: PublicCode,
  { message, nodes, extensions, headers }: PublicErrorOptions = {},
): GraphQLError {
  const http = httpExtension(code, headers);
  return withoutStack(
    () =>
      new GraphQLError(message ?? PUBLIC_CODES[code].message, {
        ...(nodes && { nodes }),
        extensions: { ...extensions, code, http },
      }),
  );
}

/** The `http` extension of an error of the whole request: Apollo reads it and takes it out. */
export function httpExtension(code: PublicCode, headers: Readonly<Record<string, string>> = {}): object {
  return { status: PUBLIC_CODES[code].status, headers: new Map(Object.entries(headers)) };
}

/**
 * Makes errors that are answers. Nobody reads their stacks, and recording them took longer than all else that a refused
 * request costs: who is turned away must not be dearer than who is let in.
 */
export function withoutStack<T>(createError: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return createError();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** For resolvers: the row is absent, or somebody else's. The two are told apart by nothing. */
export function notFound(): GraphQLError {
  return new GraphQLError(PUBLIC_CODES.NOT_FOUND.message, { extensions: { code: 'NOT_FOUND' } });
}

/** For resolvers: the viewer's row is no longer at the version that the caller expects. */
export function conflict(currentVersion: number): GraphQLError {
  return new GraphQLError(PUBLIC_CODES.CONFLICT.message, { extensions: { code: 'CONFLICT', currentVersion } });
}

/** For resolvers: the token is good but its user is gone. Told like any other token that is not. */
export function viewerDeleted(): GraphQLError {
  return requestError('UNAUTHENTICATED', { headers: { 'www-authenticate': INVALID_TOKEN } });
}

/** For resolvers: a value breaks a rule. `field` is its path in the arguments, `rule` a sentence that would make it right. */
export function badUserInput(field: string, rule: string): GraphQLError {
  return new GraphQLError(`${field}: ${rule}`, { extensions: { code: 'BAD_USER_INPUT', field, rule } });
}

/** A code that may leave with its own message. */
export function isPublicCode(code: unknown): code is PublicCode {
  return typeof code === 'string' && Object.hasOwn(PUBLIC_CODES, code);
}

/** The body of a refusal that is made before GraphQL has a say. */
export function errorBody(code: PublicCode, message: string = PUBLIC_CODES[code].message): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}
