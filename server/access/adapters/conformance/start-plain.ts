import { type GraphQLSchema, parse, validate } from 'graphql';
import { protect } from '../../protect.ts';
import { listenTo, readParameters } from './listen.ts';
import { contextOf, type StartServer } from './start-server.ts';

/** Starts a server without a GraphQL library: `protection.answer` alone, with parsed documents cached. */
export const startPlain: StartServer = (schema, options) => {
  const protection = protect(schema, options);
  const documents = new Map<string, ReturnType<typeof prepare>>();
  return listenTo(async (request) => {
    const { query, operationName, variables } = await readParameters(request);
    const prepared = documents.get(query) ?? prepare(schema, query);
    documents.set(query, prepared);
    const { document, errors } = prepared;
    if (errors.length > 0) return { status: 400, headers: {}, result: { errors } };
    const contextValue = contextOf((name) => request.headers[name] as string | undefined);
    return protection.answer({ document, operationName, variableValues: variables, contextValue });
  });
};

function prepare(schema: GraphQLSchema, query: string) {
  const document = parse(query);
  return { document, errors: validate(schema, document) };
}
