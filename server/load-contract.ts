import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLSchema, Source } from 'graphql';
import { loadSchema } from './access/index.ts';

/** The schema of the last release, beside the current one. */
export const RELEASED_NAME = 'released.graphql';

const FOLDER = join(import.meta.dirname, '..', 'schema');

/**
 * Reads the schema from the files in `schema/`, without resolvers and without checking its access rules.
 * @throws {InvalidSchemaError} with file and line of every mistake, including syntax errors
 */
export function loadContract(): GraphQLSchema {
  return loadSchema(contractSources());
}

/** Reads the files in `schema/`, without the schema of the last release. */
export function contractSources(): readonly Source[] {
  const files = readdirSync(FOLDER).filter(isContractFile);
  return files.map((name) => new Source(readFileSync(join(FOLDER, name), 'utf8'), `schema/${name}`));
}

/** Whether a file of `schema/` is part of the current schema. */
export function isContractFile(name: string): boolean {
  return name.endsWith('.graphql') && name !== RELEASED_NAME;
}
