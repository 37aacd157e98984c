import { createHandler } from 'graphql-http/lib/use/http';
import { protect } from '../../protect.ts';
import { accessOptions } from '../graphql-http.ts';
import { listen } from './listen.ts';
import { contextOf, type StartServer, type SuiteContext } from './start-server.ts';

/** Starts graphql-http on Node's HTTP server. */
export const startGraphqlHttp: StartServer = (schema, options) => {
  const handler = createHandler<{ readonly [Key in keyof SuiteContext]: SuiteContext[Key] }>({
    ...accessOptions(protect(schema, options)),
    context: ({ raw }) => ({ ...contextOf((name) => raw.headers[name] as string | undefined) }),
  });
  return listen((request, response) => void handler(request, response));
};
