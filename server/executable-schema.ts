import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { loadContract } from './load-contract.ts';
import { resolvers } from './resolvers/index.ts';

/**
 * Returns the schema in `schema/` with its resolvers. `loadContract` combines the files: `makeExecutableSchema` would
 * merge repeated directives of several documents and lose their source locations.
 * @throws {InvalidSchemaError} if the files are not a valid schema
 */
export function executableSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: loadContract(),
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
