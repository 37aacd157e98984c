import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, Source } from 'graphql';
import { readSchema } from './access/index.ts';
import { resolvers } from './resolvers/index.ts';

const FOLDER = join(import.meta.dirname, '..', 'schema');

/**
 * The contract in `schema/`, with its resolvers. The files are read into one schema before the tools see it: given
 * several documents they would merge repeated directives and lose which file said what.
 */
export function executableSchema(): GraphQLSchema {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  const sources = files.map((name) => new Source(readFileSync(join(FOLDER, name), 'utf8'), `schema/${name}`));
  return makeExecutableSchema({
    typeDefs: readSchema(sources),
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
