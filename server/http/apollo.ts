import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { ExecutionResult, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Patience } from '../context.ts';
import type { Viewer } from '../viewer.ts';
import { isPublicCode, PUBLIC_CODES, requestError } from './errors.ts';
import type { OperationRequest } from './executor.ts';

/** What Apollo's context function makes of a request: who is calling. Resolvers get more, from the executor. */
export interface ApolloContext {
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly patience: Patience;
}

/** What Apollo is given to work with. */
export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  execute(request: OperationRequest): Promise<ExecutionResult>;
}

/** The most tokens that a document may have: what is longer is not parsed to its end. */
const MOST_TOKENS = 4_000;

/**
 * Apollo Server as the GraphQL-over-HTTP layer: it parses, validates and formats. What runs, runs in `execute`, given
 * as a gateway's executor: there alone a request can be refused with several errors and without `data`.
 */
export async function createApollo({ schema, introspection, execute }: ApolloOptions) {
  const apollo = new ApolloServer<ApolloContext>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => {};
      },
      load: async () => ({
        executor: async ({ document, operation, request, context }) => {
          // With an unknown operation name Apollo still asks for it to be run; of a kind without a root, validation passes.
          if (!operation || !schema.getRootType(operation.operation))
            return { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] };
          const { viewer, requestId, patience } = context as ApolloContext;
          return execute({
            document,
            operation,
            variables: request.variables ?? {},
            viewer,
            requestId,
            patience,
          }) as Promise<ExecutionResult<Record<string, unknown>, Record<string, unknown>>>;
        },
      }),
      stop: async () => {},
    },
    introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled()],
    formatError: publicError,
  });
  await apollo.start();
  return apollo;
}

/**
 * An error with a code of ours leaves as it is; any other leaves as "something went wrong": the log has the rest.
 * What made a parser give up that is no error of syntax, such as the end of its stack, is nobody's business.
 */
function publicError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  if (code === 'GRAPHQL_PARSE_FAILED' && !formatted.message.startsWith('Syntax Error'))
    return { ...formatted, message: PUBLIC_CODES[code].message };
  if (isPublicCode(code) && code !== 'INTERNAL_SERVER_ERROR') return formatted;
  const { locations, path } = formatted;
  return {
    message: PUBLIC_CODES.INTERNAL_SERVER_ERROR.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}
