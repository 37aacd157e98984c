import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { protect } from '../../protect.ts';
import { accessGateway } from '../apollo.ts';
import { contextOf, type StartServer, type SuiteContext } from './start-server.ts';

const quiet = () => undefined;

/** Returns a function that starts Apollo Server with more plugins. */
export function startApollo(...plugins: readonly ApolloServerPlugin<SuiteContext>[]): StartServer {
  return async (schema, options) => {
    const server = new ApolloServer<SuiteContext>({
      gateway: accessGateway(protect(schema, options)),
      introspection: true,
      allowBatchedHttpRequests: true,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      plugins: [...plugins],
    });
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0, host: '127.0.0.1' },
      context: async ({ req }) => contextOf((name) => req.headers[name] as string | undefined),
    });
    return { url, stop: () => server.stop() };
  };
}
