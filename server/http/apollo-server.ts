import { ApolloServer, type ApolloServerPlugin, type DocumentStore } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { FormatError } from './public-errors.ts';
import type { ApolloContext, RunOperation } from './run-operation.ts';

/** Options of `createApollo`. */
export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  /** Tokens of a document; the parser stops at the limit. */
  readonly maxTokens: number;
  /** Where parsed documents come from. */
  readonly documentStore: DocumentStore;
  readonly runOperation: RunOperation;
  readonly formatError: FormatError;
  /** Plugins beside those that turn off what this server does not use; default none. */
  readonly plugins?: readonly ApolloServerPlugin<ApolloContext>[];
}

/**
 * Creates Apollo Server as the GraphQL-over-HTTP layer: it parses documents and formats responses. Validation and
 * execution run as the executor of a gateway: only there can a request fail with several errors and without `data`.
 */
export async function createApollo({
  schema,
  maxTokens,
  documentStore,
  runOperation,
  formatError,
  plugins = [],
}: ApolloOptions) {
  const apollo = new ApolloServer<ApolloContext>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => {};
      },
      load: async () => ({
        executor: ({ document, operation, request, context }) =>
          runOperation({
            document,
            operation,
            variables: request.variables ?? {},
            context: context as ApolloContext,
          }) as Promise<ExecutionResult<Record<string, unknown>, Record<string, unknown>>>,
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
    parseOptions: { maxTokens },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Otherwise Apollo loads its protocol buffers, to trace for a federation's router if this is a subgraph.
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ...plugins,
    ],
    formatError,
  });
  await apollo.start();
  return apollo;
}
