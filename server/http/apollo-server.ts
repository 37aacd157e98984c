import { ApolloServer, type DocumentStore } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Deadline } from '../context.ts';
import type { Viewer } from '../viewer.ts';
import { assertVariablesWithinLimits } from './cost-check.ts';
import { createDocumentValidator, catchTooComplex } from './document-validation.ts';
import { createDocumentCache } from './document-cache.ts';
import { isPublicCode, PUBLIC_CODES, type PublicCode, requestError } from '../errors.ts';
import type { OperationRequest } from './executor.ts';
import { COST_LIMITS, type CostLimits } from './cost-limits.ts';

/** What Apollo's context function returns for a request. The executor creates the context of resolvers from it. */
export interface ApolloContext {
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly deadline: Deadline;
  readonly client?: OperationRequest['client'];
  /** See `OperationRequest.explains`. */
  readonly explains?: OperationRequest['explains'];
  /** See `OperationRequest.position`. */
  readonly position?: OperationRequest['position'];
  /** See `OperationRequest.trace`. */
  readonly trace?: OperationRequest['trace'];
  /** See `OperationRequest.overload`. */
  readonly overload?: OperationRequest['overload'];
}

/** Options of `createApollo`. */
export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** The limits of operations; default `COST_LIMITS`. */
  readonly limits?: CostLimits;
  /** Returns the errors of a document; default `createDocumentValidator`. */
  readonly errorsOf?: (document: DocumentNode) => readonly GraphQLError[];
  /** Where parsed documents come from; default `createDocumentCache`. */
  readonly documentStore?: DocumentStore;
  /** Called with the code of each error of a response. */
  readonly onError?: (code: PublicCode) => void;
  execute(request: OperationRequest): Promise<ExecutionResult>;
}

/**
 * Creates Apollo Server as the GraphQL-over-HTTP layer: it parses documents and formats responses. Validation and
 * execution run as the executor of a gateway: only there can a request fail with several errors and without `data`.
 */
export async function createApollo({
  schema,
  introspection,
  limits = COST_LIMITS,
  errorsOf = createDocumentValidator({ schema, introspection, limits }),
  documentStore = createDocumentCache({ isValid: (document) => errorsOf(document).length === 0 }),
  onError = () => {},
  execute,
}: ApolloOptions) {
  const apollo = new ApolloServer<ApolloContext>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => {};
      },
      load: async () => ({
        executor: async ({ document, operation, request, context }) => {
          const variables = request.variables ?? {};
          const errors = errorsOf(document);
          if (errors.length > 0) return { errors: [...errors] };
          const tooComplex = catchTooComplex(() => assertVariablesWithinLimits(variables, limits));
          if (tooComplex) return { errors: [tooComplex] };
          // Apollo calls the executor also for an unknown operation name. An operation type without a root is valid.
          if (!operation || !schema.getRootType(operation.operation))
            return { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] };
          const { viewer, requestId, deadline, client, explains, position, overload, trace } = context as ApolloContext;
          return execute({
            document,
            operation,
            variables,
            viewer,
            requestId,
            deadline,
            client,
            explains,
            position,
            overload,
            trace,
          }) as Promise<ExecutionResult<Record<string, unknown>, Record<string, unknown>>>;
        },
      }),
      stop: async () => {},
    },
    // The executor above validates, and allows or forbids introspection, after the limits.
    introspection: true,
    dangerouslyDisableValidation: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    documentStore,
    allowBatchedHttpRequests: false,
    // The route takes only JSON, which a page of another origin cannot send without a preflight (cors.ts).
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Otherwise Apollo loads its protocol buffers, to trace for a federation's router if this is a subgraph.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    formatError: (formatted, error) => {
      const publicError = formatPublicError(formatted, error);
      onError(publicError.extensions?.['code'] as PublicCode);
      return publicError;
    },
  });
  await apollo.start();
  return apollo;
}

/**
 * Returns an error with a public code unchanged, and any other as INTERNAL_SERVER_ERROR: its details are only logged. If
 * the parser fails for another reason than a syntax error (its token limit, a stack overflow), the code is TOO_COMPLEX.
 */
function formatPublicError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  // Apollo reports every error of a document without a resolvable operation as OPERATION_RESOLUTION_FAILURE.
  const underlying =
    error instanceof GraphQLError && error.originalError instanceof GraphQLError && error.originalError;
  if (code === 'OPERATION_RESOLUTION_FAILURE' && underlying)
    return { ...formatted, extensions: { code: underlying.extensions['code'] } };
  if (code === 'GRAPHQL_PARSE_FAILED' && !isSyntaxError(formatted.message))
    return { message: PUBLIC_CODES.TOO_COMPLEX.message, extensions: { code: 'TOO_COMPLEX' } };
  if (isPublicCode(code) && code !== 'INTERNAL_SERVER_ERROR') return formatted;
  const { locations, path } = formatted;
  return {
    message: PUBLIC_CODES.INTERNAL_SERVER_ERROR.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/** graphql-js reports too many tokens as a syntax error, too; its message would disclose the limit. */
function isSyntaxError(message: string): boolean {
  return message.startsWith('Syntax Error') && !message.startsWith('Syntax Error: Document contains more');
}
