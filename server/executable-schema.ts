import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { loadContract } from './load-contract.ts';
import { resolvers } from './resolvers/index.ts';

/**
 * The contract in `schema/`, with its resolvers. The files are read into one schema before the tools see it: given
 * several documents they would merge repeated directives and lose which file said what.
 * @throws {InvalidSchemaError} when the files are no valid schema
 */
export function executableSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: loadContract(),
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
