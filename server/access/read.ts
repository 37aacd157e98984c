import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  type Source,
  validateSchema,
} from 'graphql';

/**
 * Reads SDL files into one schema, each directive application as it was written and each node with its own file.
 * Merging tools are kept out on purpose: given several documents they fold repeated directives into one, so that
 * `roles: [ADMIN]` and an extension's `roles: [USER]` become both, and nobody sees it.
 * @throws {GraphQLError} naming file and line, when a file does not parse
 * @throws {Error} with all of graphql-js' complaints, when the files together are not a valid schema
 */
export function readSchema(sources: readonly Source[]): GraphQLSchema {
  const definitions = sources.flatMap((source) => parse(source).definitions);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const schema = buildASTSchema(document);
  const errors = validateSchema(schema);
  if (errors.length > 0) throw new Error(errors.map(String).join('\n\n'));
  return schema;
}
