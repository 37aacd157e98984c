import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLSchema, Source } from 'graphql';
import { loadSchema } from './access/index.ts';

const FOLDER = join(import.meta.dirname, '..', 'schema');

/**
 * Reads the schema from the files in `schema/`, without resolvers and without checking its access rules.
 * @throws {InvalidSchemaError} with file and line of every mistake, including syntax errors
 */
export function loadContract(): GraphQLSchema {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  return loadSchema(files.map((name) => new Source(readFileSync(join(FOLDER, name), 'utf8'), `schema/${name}`)));
}
