import type { GraphQLSchema } from 'graphql';
import {
  type AccessViewer,
  audiencesOf,
  explain,
  InvalidViewerError,
  parseViewer,
  viewerOfAudience,
} from '../index.ts';
import {
  type Command,
  EXIT,
  JSON_OPTION,
  OTHER_DIRECTIVE_OPTION,
  parseCommandLine,
  SCHEMA_OPTION,
  UsageError,
} from './command.ts';
import { formatExplanation } from './format-explanation.ts';
import { loadPolicy } from './load-input.ts';
import { readJsonObject } from './read-files.ts';
import { readOperation } from './read-operation.ts';
import { readTables } from './table-mapping.ts';

/** `fieldgate explain`: prints why an operation may run for a caller, or why not. */
export const explainCommand: Command = {
  summary: 'prints whether an operation may run for a caller, with the rule that decides at each field',
  help: `fieldgate explain --schema <schema>… --as <caller> <file> [--variables <file>] [--operation <name>] [--tables <file>] [--json]

  <file>                    the operation; - for standard input
  --schema <schema>         SDL file, folder, glob in quotes, or a module that exports a GraphQLSchema; may be repeated
  --as <caller>             anonymous, signed-in, or a role of the schema
  --viewer <file>           instead of --as: a JSON file with userId, roles, authTime and emailVerified
  --variables <file>        a JSON file with the variables
  --operation <name>        the operation, if the file has several
  --tables <file>           the tables of owned types, as for \`fieldgate policies\`: adds the SQL conditions
  --other-directive <name>  a directive that has nothing to do with access; may be repeated
  --json                    prints JSON

Exit code: 0 for every decision, or 2 if there is nothing to explain.`,
  async run(args, print) {
    const options = {
      ...SCHEMA_OPTION,
      ...OTHER_DIRECTIVE_OPTION,
      ...JSON_OPTION,
      as: { type: 'string' },
      viewer: { type: 'string' },
      variables: { type: 'string' },
      operation: { type: 'string' },
      tables: { type: 'string' },
    } as const;
    const { values, positionals } = parseCommandLine(args, options);
    const [file, ...extra] = positionals;
    if (file === undefined || extra.length > 0)
      throw new UsageError('One file with the operation is required, and the schema with --schema.');
    const policy = await loadPolicy(values.schema ?? [], 'The schema', values['other-directive']);
    const now = Math.floor(Date.now() / 1_000);
    const { viewer, description } = callerOf(policy.schema, values.as, values.viewer, now);
    const read = await readOperation(policy, file, values.operation, values.variables);
    const mapping = values.tables === undefined ? {} : readTables(policy, values.tables);
    const explanation = explain(policy, { ...read, ...mapping, viewer, now });
    const name = read.operation.name?.value ?? null;
    print(
      values.json
        ? JSON.stringify({ as: description, operation: name, ...explanation }, null, 2)
        : formatExplanation(explanation, description, name ?? `The ${read.operation.operation}`),
    );
    return EXIT.fine;
  },
};

interface Caller {
  readonly viewer: AccessViewer | null;
  /** A noun phrase for the output. */
  readonly description: string;
}

function callerOf(schema: GraphQLSchema, as: string | undefined, file: string | undefined, now: number): Caller {
  if ((as === undefined) === (file === undefined))
    throw new UsageError('The caller is required: write either --as <caller> or --viewer <file>.');
  if (file !== undefined) return readViewer(file, now);
  if (as === 'anonymous') return { viewer: null, description: 'an anonymous caller' };
  if (as === 'signed-in') {
    const viewer = { userId: 'a signed-in caller', roles: [], authTime: now, emailVerified: true };
    return { viewer, description: 'a signed-in caller' };
  }
  const [, ...roles] = audiencesOf(schema);
  const viewer = roles.includes(as ?? '') ? viewerOfAudience(schema, as ?? '') : undefined;
  if (viewer == null)
    throw new UsageError(`Unknown caller --as ${as}: use anonymous, signed-in, or a role (${roles.join(', ')}).`);
  return { viewer: { ...viewer, authTime: now }, description: `a caller with the role ${as}` };
}

function readViewer(file: string, now: number): Caller {
  const value = readJsonObject(file, 'userId, roles, authTime and emailVerified');
  try {
    return { viewer: parseViewer(value, now), description: `the viewer of ${file}` };
  } catch (error) {
    if (!(error instanceof InvalidViewerError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, { cause: error });
  }
}
