import fs from 'node:fs';
import { text as readText } from 'node:stream/consumers';
import { styleText } from 'node:util';
import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse, Source, validate } from 'graphql';
import { checkSchema, explain as explainOperation, type Explanation, type Policy } from '../../access/index.ts';
import { OWNED_TABLES } from '../../data/admin/privileges.ts';
import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/run-command.ts';
import { describeReadError, OperatorError } from '../../operations/operator-error.ts';
import { resolveCaller } from './resolve-caller.ts';
import { describeRowScope } from './row-scope.ts';
import { parseOptions } from '../../operations/parse-options.ts';

const USAGE =
  'npm run access -- explain --as <anonymous | signed-in | role | e-mail address> <file, or - for standard input> [--variables <file.json>] [--operation <name>] [--json]';

/**
 * `npm run access -- explain`: prints whether an operation may run for a caller; for each coordinate the decision, the rule
 * with file and line; and the predicates and policies that restrict the rows. The exit code is 0 for every decision.
 */
export const explainCommand: Command = async ({ args, environment, print }) => {
  const options = {
    as: { type: 'string' },
    variables: { type: 'string' },
    operation: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseOptions(args, options, USAGE, true);
  const [file, ...extra] = positionals;
  if (values.as === undefined || file === undefined || extra.length > 0)
    throw new OperatorError(`--as and one file are required. Usage: ${USAGE}`);

  const policy = checkSchema(executableSchema());
  const document = parseDocument(policy, file, file === '-' ? await readText(process.stdin) : readTextFile(file));
  const operation = selectOperation(document, file, values.operation);
  const variables = values.variables === undefined ? {} : readVariables(values.variables);
  const now = Math.floor(Date.now() / 1_000);
  const { viewer, description } = await resolveCaller(values.as, policy.schema, environment, now);
  const explanation = explainOperation(policy, { document, operation, variables, viewer, now, tables: OWNED_TABLES });
  print(
    values.json
      ? JSON.stringify({ as: description, operation: operation.name?.value ?? null, ...explanation }, null, 2)
      : formatExplanation(explanation, description, operation.name?.value ?? `The ${operation.operation}`),
  );
  return 0;
};

function readTextFile(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new OperatorError(`${file} cannot be read: ${describeReadError(error)}.`, { cause: error });
  }
}

function parseDocument(policy: Policy, file: string, sdl: string): DocumentNode {
  const name = file === '-' ? 'standard input' : file;
  const at = (error: GraphQLError) => `${name}:${error.locations?.[0]?.line ?? 1} ${error.message}`;
  let document: DocumentNode;
  try {
    document = parse(new Source(sdl, name));
  } catch (error) {
    if (error instanceof GraphQLError) throw new OperatorError(at(error), { cause: error });
    throw error;
  }
  const errors = validate(policy.schema, document);
  if (errors.length > 0)
    throw new OperatorError(
      `The document is not valid for the schema:\n${errors.map((error) => `  ${at(error)}`).join('\n')}`,
    );
  return document;
}

function selectOperation(document: DocumentNode, file: string, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const names = operations.map((operation) => operation.name?.value ?? '(anonymous)').join(', ');
  const [operation, second] = name === undefined ? operations : operations.filter((one) => one.name?.value === name);
  if (operation === undefined)
    throw new OperatorError(
      name === undefined
        ? `${file} has no operation.`
        : `${file} has no operation "${name}": it has ${names || 'none'}.`,
    );
  if (second !== undefined)
    throw new OperatorError(`${file} has several operations: choose one with --operation: ${names}.`);
  return operation;
}

function readVariables(file: string): Readonly<Record<string, unknown>> {
  const json = readTextFile(file);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new OperatorError(`${file} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OperatorError(`${file} must hold one JSON object: the variables by name.`);
  return value as Record<string, unknown>;
}

function formatExplanation(explanation: Explanation, description: string, name: string): string {
  const { verdict, reason, complaints, coordinates, rows } = explanation;
  const paint = (format: 'green' | 'red' | 'dim', text: string) => styleText(format, text, { stream: process.stdout });
  const outcome = {
    allowed: paint('green', 'may run'),
    refused: `${paint('red', 'is refused')}: ${reason}`,
    invalid: `${paint('red', 'is refused')}: BAD_USER_INPUT`,
  }[verdict];
  const width = Math.max(...coordinates.map(({ coordinate }) => coordinate.length));
  return [
    `${name} ${outcome}, for ${description}.`,
    ...complaints.map((complaint) => `  ${complaint}`),
    '',
    ...coordinates.flatMap((one) => [
      `${one.coordinate.padEnd(width)}  ${one.verdict === 'allowed' ? paint('green', 'allowed') : `${paint('red', 'refused')} ${one.reason}`}`,
      ...one.rules.map((rule) => `    ${rule === one.refusedBy ? paint('red', rule) : paint('dim', rule)}`),
    ]),
    ...rows.flatMap((row) => [
      '',
      `Rows of ${row.type}${row.table === null ? '' : ` in ${row.table}`}: ${describeRowScope(row.others)}`,
      ...row.rules.map((rule) => `    ${rule}`),
      ...(row.predicate === null
        ? []
        : [`    where ${row.predicate}${row.others === null ? '' : ', if the operation requests own rows'}`]),
      ...row.policies.map((policy) => `    policy ${policy.name} ${policy.definition}`),
    ]),
  ].join('\n');
}
