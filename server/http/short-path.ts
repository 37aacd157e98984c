import { type DocumentNode, type ExecutionResult, getOperationAST, GraphQLError } from 'graphql';
import type { PublicCode } from '../errors.ts';
import { formatPublicError } from './public-errors.ts';
import { areRefusalErrors } from './refusal-errors.ts';
import type { ApolloContext, RunOperation } from './run-operation.ts';

/** What a response to a request of GraphQL over HTTP has beside its media type. */
export interface GraphqlResponse {
  /** Undefined for 200. */
  readonly status: number | undefined;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

/** Options of `createShortPath`. */
export interface ShortPathOptions {
  readonly runOperation: RunOperation;
  /** Called with the code of each error of a response. */
  onError(code: PublicCode): void;
}

/**
 * Returns a function that answers a request whose document is parsed, as Apollo Server does, without its pipeline: no
 * plugin, no hook, no second hash of the document (docs/decisions/064). Limits, validation, authorization and execution
 * are the same functions.
 * @returns null if the body is one that Apollo refuses, or has no such operation: Apollo says what is wrong with it
 */
export function createShortPath({ runOperation, onError }: ShortPathOptions) {
  return async (document: DocumentNode, body: unknown, context: ApolloContext): Promise<GraphqlResponse | null> => {
    const parameters = readParameters(body);
    if (parameters === null) return null;
    const operation = getOperationAST(document, parameters.operationName);
    if (!operation) return null;
    const { variables } = parameters;
    const result = await runOperation({ document, operation, variables, context });
    if (result.errors === undefined) return { status: undefined, headers: NO_HEADERS, body: serialize(result) };
    const response = respondToRefusal(result) ?? respondWithErrors(result, result.errors);
    for (const code of response.codes) onError(code);
    return response;
  };
}

const NO_HEADERS: GraphqlResponse['headers'] = [];

/** The parameters of a request (GraphQL over HTTP, §"Request Parameters"), except the document. */
interface Parameters {
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Returns null for a body with a parameter of another type than the specification's, or a hash of a persisted query. */
function readParameters(body: unknown): Parameters | null {
  if (!isRecord(body)) return null;
  const { operationName, variables = null, extensions = null } = body;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== null && !isRecord(variables)) return null;
  if (extensions !== null && (!isRecord(extensions) || 'persistedQuery' in extensions)) return null;
  return { operationName, variables: variables ?? {} };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An error of a whole request says which status and headers the response has (`httpExtension` in errors.ts). */
interface HttpExtension {
  readonly status?: number;
  readonly headers?: ReadonlyMap<string, string>;
}

interface ErrorResponse extends GraphqlResponse {
  /** The code of each error. */
  readonly codes: readonly PublicCode[];
}

/** By the errors of a refusal: a document that is refused again is answered with the same bytes. */
const refusalResponses = new WeakMap<readonly GraphQLError[], ErrorResponse>();

/** Returns the response to a refusal; null to a result that has more than the errors of one. */
function respondToRefusal(result: ExecutionResult): ErrorResponse | null {
  const { errors = [], data, extensions } = result;
  if (data !== undefined || extensions !== undefined || !areRefusalErrors(errors)) return null;
  const known = refusalResponses.get(errors);
  if (known !== undefined) return known;
  const response = respondWithErrors(result, errors);
  refusalResponses.set(errors, response);
  return response;
}

/** Formats errors as Apollo's `normalizeAndFormatErrors` does: of several statuses and headers the last ones apply. */
function respondWithErrors(result: ExecutionResult, errors: readonly GraphQLError[]): ErrorResponse {
  let status: number | undefined;
  const headers = new Map<string, string>();
  const formatted = errors.map((error) => {
    const { http, ...extensions } = error.extensions as { http?: HttpExtension };
    status = http?.status ?? status;
    for (const [name, value] of http?.headers ?? []) headers.set(name, value);
    const withCode = { ...extensions, code: error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR' };
    return formatPublicError({ ...error.toJSON(), extensions: withCode }, error);
  });
  // Apollo's `status400ForVariableCoercionErrors`, which is on: a request that failed before its execution.
  if (result.data === undefined) status ??= 400;
  const codes = formatted.map(({ extensions }) => extensions?.['code'] as PublicCode);
  return { status, headers, body: serialize({ ...result, errors: formatted }), codes };
}

/** Writes the members in Apollo's order: a client that reads the response as a stream knows the errors first. */
function serialize({ errors, data, extensions }: { errors?: unknown; data?: unknown; extensions?: unknown }): string {
  return `${JSON.stringify({ errors, data, extensions })}\n`;
}
