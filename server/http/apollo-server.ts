import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Deadline } from '../context.ts';
import type { Viewer } from '../viewer.ts';
import { assertVariablesWithinLimits } from './cost-check.ts';
import { createDocumentValidator, catchTooComplex } from './document-validation.ts';
import { createDocumentCache } from './document-cache.ts';
import { isPublicCode, PUBLIC_CODES, requestError } from '../errors.ts';
import type { OperationRequest } from './executor.ts';
import { COST_LIMITS, type CostLimits } from './cost-limits.ts';

/** What Apollo's context function makes of a request: who is calling. Resolvers get more, from the executor. */
export interface ApolloContext {
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly deadline: Deadline;
  /** See `OperationRequest.overload`. */
  readonly overload?: OperationRequest['overload'];
}

/** What Apollo is given to work with. */
export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  /** What an operation may ask for; `COST_LIMITS` unless said otherwise. */
  readonly limits?: CostLimits;
  execute(request: OperationRequest): Promise<ExecutionResult>;
}

/**
 * Apollo Server as the GraphQL-over-HTTP layer: it parses and formats. The rest is done where a gateway's executor
 * stands: there alone a request can be refused with several errors and without `data`.
 */
export async function createApollo({ schema, introspection, limits = COST_LIMITS, execute }: ApolloOptions) {
  const errorsOf = createDocumentValidator({ schema, introspection, limits });
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
          // With an unknown operation name Apollo still asks for it to be run; of a kind without a root, validation passes.
          if (!operation || !schema.getRootType(operation.operation))
            return { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] };
          const { viewer, requestId, deadline, overload } = context as ApolloContext;
          return execute({
            document,
            operation,
            variables,
            viewer,
            requestId,
            deadline,
            overload,
          }) as Promise<ExecutionResult<Record<string, unknown>, Record<string, unknown>>>;
        },
      }),
      stop: async () => {},
    },
    // Introspection included, all of that is decided by the executor above, behind the limits.
    introspection: true,
    dangerouslyDisableValidation: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    documentStore: createDocumentCache({ isValid: (document) => errorsOf(document).length === 0 }),
    allowBatchedHttpRequests: false,
    // No page of another site can send what the route takes, JSON, without asking first (fastify.ts, CORS).
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
    formatError: formatPublicError,
  });
  await apollo.start();
  return apollo;
}

/**
 * An error with a code of ours leaves as it is; any other leaves as "something went wrong": the log has the rest.
 * What made the parser give up that is no error of syntax, its limit or the end of its stack, is over a limit of ours.
 */
function formatPublicError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  // Whatever is wrong with a document that names no one operation, Apollo calls it by that.
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

/** graphql-js calls a document that has too many tokens an error of syntax too, and says how many it may have. */
function isSyntaxError(message: string): boolean {
  return message.startsWith('Syntax Error') && !message.startsWith('Syntax Error: Document contains more');
}
