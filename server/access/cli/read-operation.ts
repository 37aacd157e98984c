import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse, Source, validate } from 'graphql';
import { text as readText } from 'node:stream/consumers';
import type { Policy } from '../index.ts';
import { UsageError } from './command.ts';
import { readJsonObject, readTextFile } from './read-files.ts';

/** An operation to explain. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Reads one operation that is valid for a policy's schema.
 * @param file a file, or `-` for standard input
 * @param name of the operation; optional if the file has only one
 * @param variablesFile a JSON file; without it there are no variables
 * @throws {UsageError} if there is no such operation, or it is not valid
 */
export async function readOperation(
  policy: Policy,
  file: string,
  name: string | undefined,
  variablesFile: string | undefined,
): Promise<Operation> {
  const document = parseDocument(policy, file, file === '-' ? await readText(process.stdin) : readTextFile(file));
  const operation = selectOperation(document, file, name);
  const variables = variablesFile === undefined ? {} : readJsonObject(variablesFile, 'the variables by name');
  return { document, operation, variables };
}

function parseDocument(policy: Policy, file: string, text: string): DocumentNode {
  const name = file === '-' ? 'standard input' : file;
  const at = (error: GraphQLError) => `${name}:${error.locations?.[0]?.line ?? 1} ${error.message}`;
  let document: DocumentNode;
  try {
    document = parse(new Source(text, name));
  } catch (error) {
    if (error instanceof GraphQLError) throw new UsageError(at(error), { cause: error });
    throw error;
  }
  const errors = validate(policy.schema, document);
  if (errors.length > 0)
    throw new UsageError(
      `The document is not valid for the schema:\n${errors.map((error) => `  ${at(error)}`).join('\n')}`,
    );
  return document;
}

function selectOperation(document: DocumentNode, file: string, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const names = operations.map((operation) => operation.name?.value ?? '(anonymous)').join(', ');
  const [operation, second] = name === undefined ? operations : operations.filter((one) => one.name?.value === name);
  if (operation === undefined)
    throw new UsageError(
      name === undefined
        ? `${file} has no operation.`
        : `${file} has no operation "${name}": it has ${names || 'none'}.`,
    );
  if (second !== undefined)
    throw new UsageError(`${file} has several operations: choose one with --operation: ${names}.`);
  return operation;
}
