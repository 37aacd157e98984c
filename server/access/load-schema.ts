import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  type Source,
  validateSchema,
  versionInfo,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { assertSupportedGraphql } from './graphql-version.ts';
import { type FileLocation, locationOf } from './schema-problem.ts';

/** Thrown when files together are not a valid schema, before anybody judges it: every complaint, with file and line. */
export class InvalidSchemaError extends Error {
  override readonly name = 'InvalidSchemaError';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(`The files are not a valid schema:\n${errors.map(formatError).join('\n')}`);
    this.errors = errors;
  }
}

/**
 * Reads SDL files into one schema, each directive application as it was written and each node with its own file.
 * Merging tools are kept out on purpose: given several documents they fold repeated directives into one, so that
 * `roles: [ADMIN]` and an extension's `roles: [USER]` become both, and nobody sees it.
 * @throws {InvalidSchemaError} naming every file that does not parse, or else what is wrong with the files together
 * @throws {UnsupportedGraphqlError} when graphql is of another version than 16
 */
export function loadSchema(sources: readonly Source[]): GraphQLSchema {
  assertSupportedGraphql(versionInfo);
  const definitions = parseSources(sources);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  // `graphql` exports no function at its root that validates SDL and keeps the file of each error, hence the deep import.
  // It can move with a release; the tests of invalid files would fail.
  assertNoErrors(validateSDL(document));
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  assertNoErrors(validateSchema(schema));
  return schema;
}

/** Of a file that does not parse its first mistake: what follows one is guesswork. */
function parseSources(sources: readonly Source[]): readonly DefinitionNode[] {
  const errors: GraphQLError[] = [];
  const definitions = sources.flatMap((source) => {
    try {
      return parse(source).definitions;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      errors.push(error);
      return [];
    }
  });
  assertNoErrors(errors);
  return definitions;
}

function assertNoErrors(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new InvalidSchemaError(errors);
}

function formatError(error: GraphQLError): string {
  const location = locationOfError(error);
  return `  ${location === null ? '' : `${location.file}:${location.line} `}${error.message}`;
}

/** Of several places the last: where two collide, it is the second that is too many. A mistake in the syntax has no node. */
function locationOfError({ nodes, source, locations }: GraphQLError): FileLocation | null {
  if (nodes !== undefined || source === undefined) return locationOf(nodes?.at(-1));
  return { file: source.name, line: (locations?.[0]?.line ?? 1) + source.locationOffset.line - 1 };
}
