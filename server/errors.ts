import { type ASTNode, GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { withoutStack } from './access/index.ts';

/** All error codes that a client can receive, each with the status of a request that fails with it and its message. */
export const PUBLIC_CODES = {
  BAD_REQUEST: { status: 400, message: 'The request is not valid.' },
  BAD_USER_INPUT: { status: 400, message: 'A value is not valid.' },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The document is not valid GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, message: 'The document does not match the schema.' },
  TOO_COMPLEX: { status: 400, message: 'The operation is too complex.' },
  OPERATION_RESOLUTION_FAILURE: { status: 400, message: 'The document has no operation with this name.' },
  // Apollo's own message: clients that try persisted queries first match it, and then send the document.
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, message: 'PersistedQueryNotSupported' },
  PERSISTED_DOCUMENT_NOT_FOUND: { status: 400, message: 'No trusted document has this `documentId`.' },
  PERSISTED_DOCUMENT_REQUIRED: {
    status: 400,
    message: 'This server runs trusted documents only: send the `documentId` of one.',
  },
  UNAUTHENTICATED: { status: 401, message: 'Sign in to use this.' },
  STEP_UP_REQUIRED: { status: 401, message: 'Sign in again to use this.' },
  FORBIDDEN: { status: 403, message: 'Not authorized.' },
  EMAIL_NOT_VERIFIED: { status: 403, message: 'Verify your e-mail address to use this.' },
  // 200, as with every error of a resolver: the request was valid and its mutation ran.
  CONFLICT: { status: 200, message: 'This has changed since you read it.' },
  NOT_FOUND: { status: 404, message: 'Not found.' },
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

/** An error code that a client can receive. */
export type PublicCode = keyof typeof PUBLIC_CODES;

/** RFC 6750 §3.1: one challenge for every reason for which a token is rejected. */
export const INVALID_TOKEN = 'Bearer error="invalid_token"';
/** RFC 6750 §3.1: the Authorization header is malformed or ambiguous. */
export const INVALID_REQUEST = 'Bearer error="invalid_request"';

interface PublicErrorOptions extends Pick<GraphQLErrorOptions, 'extensions'> {
  readonly nodes?: readonly ASTNode[] | undefined;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Creates an error of the whole request: its code decides the status of the response. */
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

/** Returns the `http` extension of an error of the whole request. Apollo applies it and removes it from the response. */
export function httpExtension(code: PublicCode, headers: Readonly<Record<string, string>> = {}): object {
  return { status: PUBLIC_CODES[code].status, headers: new Map(Object.entries(headers)) };
}

/** For resolvers: the row does not exist or belongs to another user. The client cannot tell which. */
export function notFound(): GraphQLError {
  return new GraphQLError(PUBLIC_CODES.NOT_FOUND.message, { extensions: { code: 'NOT_FOUND' } });
}

/** For resolvers: the viewer's row no longer has the version that the client expects. */
export function conflict(currentVersion: number): GraphQLError {
  return new GraphQLError(PUBLIC_CODES.CONFLICT.message, { extensions: { code: 'CONFLICT', currentVersion } });
}

/** For resolvers: the token is valid but its user has been deleted. The response is that to any rejected token. */
export function viewerDeleted(): GraphQLError {
  return requestError('UNAUTHENTICATED', { headers: { 'www-authenticate': INVALID_TOKEN } });
}

/** The names of the rules of values, as `extensions.rule` of BAD_USER_INPUT has them; error-guide.ts says what each means. */
export const INPUT_RULES = [
  'required',
  'notNull',
  'type',
  'enum',
  'format',
  'unknownField',
  'oneOf',
  'length',
  'characters',
  'range',
  'cursor',
  'maxItems',
] as const;

/** The name of a rule of values. */
export type InputRule = (typeof INPUT_RULES)[number];

/** A violated rule with its bounds. */
export type InputRuleWithBounds =
  | { readonly rule: 'length' | 'range'; readonly min: number; readonly max: number }
  | { readonly rule: 'maxItems'; readonly max: number }
  | { readonly rule: Exclude<InputRule, 'length' | 'range' | 'maxItems'> };

/**
 * For resolvers: an argument breaks a rule.
 * @param field the path of the value in the arguments
 * @param rule the rule, for programs
 * @param expected what a valid value is, for people, for example `1 to 200 characters`
 */
export function badUserInput(field: string, rule: InputRuleWithBounds, expected: string): GraphQLError {
  return new GraphQLError(`Invalid value for \`${field}\`: ${expected}`, {
    extensions: { code: 'BAD_USER_INPUT', field, ...rule },
  });
}

/** Whether a code is public: an error with any other code is sent as INTERNAL_SERVER_ERROR. */
export function isPublicCode(code: unknown): code is PublicCode {
  return typeof code === 'string' && Object.hasOwn(PUBLIC_CODES, code);
}

/** Returns the body of a response to a request that is rejected before GraphQL runs. */
export function errorBody(code: PublicCode, message: string = PUBLIC_CODES[code].message): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}
