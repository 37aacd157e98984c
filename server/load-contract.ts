import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLSchema, Source } from 'graphql';
import { loadSchema } from './access/index.ts';

const FOLDER = join(import.meta.dirname, '..', 'schema');

/**
 * The contract in `schema/`, as it stands in its files at this moment: neither judged nor with resolvers.
 * @throws {InvalidSchemaError} naming file and line of every mistake, also of those in the syntax
 */
export function loadContract(): GraphQLSchema {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));
  return loadSchema(files.map((name) => new Source(readFileSync(join(FOLDER, name), 'utf8'), `schema/${name}`)));
}
