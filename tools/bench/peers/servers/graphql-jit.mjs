import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, validate } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { serve } from './http-server.mjs';
import { typeDefs } from './schema.mjs';
import { createResolvers } from './tasks.mjs';

/** graphql-jit on node:http: each document is parsed, validated and compiled once; tokens are verified by hand. */
const schema = makeExecutableSchema({ typeDefs: typeDefs(), resolvers: createResolvers(({ user }) => user) });
const compiledQueries = new Map();

function compile(query, operationName) {
  const document = parse(query);
  const errors = validate(schema, document);
  const compiled = errors.length > 0 ? { errors } : compileQuery(schema, document, operationName);
  if (!isCompiledQuery(compiled)) throw new Error(`Cannot compile ${query}: ${JSON.stringify(compiled.errors)}`);
  compiledQueries.set(query, compiled);
  return compiled;
}

serve(async (user, { query, operationName, variables }) => {
  const compiled = compiledQueries.get(query) ?? compile(query, operationName);
  return [200, await compiled.query(undefined, { user }, variables)];
});
