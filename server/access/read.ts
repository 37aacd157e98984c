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
import { type Place, placeOf } from './problem.ts';

/** Thrown when files together are not a valid schema, before anybody judges it: every complaint, with file and line. */
export class InvalidSchemaError extends Error {
  override readonly name = 'InvalidSchemaError';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super(`The files are not a valid schema:\n${errors.map(written).join('\n')}`);
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
export function readSchema(sources: readonly Source[]): GraphQLSchema {
  assertSupportedGraphql(versionInfo);
  const definitions = parsed(sources);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  refuse(validateSDL(document));
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  refuse(validateSchema(schema));
  return schema;
}

/** Of a file that does not parse its first mistake: what follows one is guesswork. */
function parsed(sources: readonly Source[]): readonly DefinitionNode[] {
  const mistakes: GraphQLError[] = [];
  const definitions = sources.flatMap((source) => {
    try {
      return parse(source).definitions;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      mistakes.push(error);
      return [];
    }
  });
  refuse(mistakes);
  return definitions;
}

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new InvalidSchemaError(errors);
}

function written(error: GraphQLError): string {
  const place = placeOfError(error);
  return `  ${place === null ? '' : `${place.file}:${place.line} `}${error.message}`;
}

/** Of several places the last: where two collide, it is the second that is too many. A mistake in the syntax has no node. */
function placeOfError({ nodes, source, locations }: GraphQLError): Place | null {
  if (nodes !== undefined || source === undefined) return placeOf(nodes?.at(-1));
  return { file: source.name, line: (locations?.[0]?.line ?? 1) + source.locationOffset.line - 1 };
}
