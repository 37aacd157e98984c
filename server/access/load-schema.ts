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
import { ACCESS_DIRECTIVES } from './directives.ts';
import { assertSupportedGraphql } from './graphql-version.ts';
import { type FileLocation, locationOf } from './schema-problem.ts';

const SECOND_DEFINITION_HINT =
  'Two of the sources define the access directives, such as `accessDirectiveSdl` and the file access.graphql of `fieldgate init`: load one of them.';

/** Whether an access directive is defined again. */
const isSecondDefinition = ({ message }: GraphQLError): boolean =>
  ACCESS_DIRECTIVES.some((name) => message === `There can be only one directive named "@${name}".`);

/** Thrown if the files are not a valid GraphQL schema. The message lists every error with file and line. */
export class InvalidSchemaError extends Error {
  override readonly name = 'InvalidSchemaError';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    const hint = errors.some(isSecondDefinition) ? `\n${SECOND_DEFINITION_HINT}` : '';
    super(`The files are not a valid schema:\n${errors.map(formatError).join('\n')}${hint}`);
    this.errors = errors;
  }
}

/**
 * Builds one schema from SDL files. Each directive application stays as written, and each node keeps its file.
 *
 * Do not merge the files with another tool before: `makeExecutableSchema`, for example, merges repeated directives of
 * several documents, so that `roles: [ADMIN]` and an extension's `roles: [USER]` silently become both.
 * @throws {InvalidSchemaError} naming every file that does not parse; if all parse, every error of the whole schema
 * @throws {UnsupportedGraphqlError} if the version of graphql is not supported
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

/** Parses every file. Only the first syntax error of each file is reported, because later ones may follow from it. */
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

/**
 * Returns the location of an error's last node: of two conflicting definitions, the second. A syntax error has no node.
 */
function locationOfError({ nodes, source, locations }: GraphQLError): FileLocation | null {
  if (nodes !== undefined || source === undefined) return locationOf(nodes?.at(-1));
  return { file: source.name, line: (locations?.[0]?.line ?? 1) + source.locationOffset.line - 1 };
}
