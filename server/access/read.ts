import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  type Source,
  validateSchema,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import { placeOf } from './problem.ts';

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
 * @throws {GraphQLError} naming file and line, when a file does not parse
 * @throws {InvalidSchemaError} when the files together are not a valid schema
 */
export function readSchema(sources: readonly Source[]): GraphQLSchema {
  const definitions = sources.flatMap((source) => parse(source).definitions);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  refuse(validateSDL(document));
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  refuse(validateSchema(schema));
  return schema;
}

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new InvalidSchemaError(errors);
}

/** Of several places the last: where two collide, it is the second that is too many. */
function written({ message, nodes }: GraphQLError): string {
  const place = placeOf(nodes?.at(-1));
  return `  ${place === null ? '' : `${place.file}:${place.line} `}${message}`;
}
