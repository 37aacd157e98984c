import { type Policy, type PolicyFunctions, rlsPolicies, type TableMapping } from '../index.ts';
import { UsageError } from './command.ts';
import { isRecord } from './is-record.ts';
import { readJsonObject } from './read-files.ts';

/** The tables of the owned types, and the SQL functions that the policies call. */
export interface Tables {
  readonly tables: Readonly<Record<string, TableMapping | null>>;
  readonly functions?: PolicyFunctions;
}

const EXAMPLE =
  '{ "tables": { "Task": { "schema": "app", "table": "task", "columns": { "userId": "user_id" }, "role": "api", "commands": ["select"] } } }';
const COMMANDS: readonly unknown[] = ['select', 'insert', 'update', 'delete'];

/**
 * Reads a mapping file: `tables` by type, as `rlsPolicies` takes them (null for a type that no table stores), and
 * optionally `functions`.
 * @throws {UsageError} if it has another form, or does not match the schema
 */
export function readTables(policy: Policy, file: string): Tables {
  const value = readJsonObject(file, `for example ${EXAMPLE}`);
  const problems = [...formProblems(value)];
  if (problems.length > 0)
    throw new UsageError(
      `${file} is not a mapping of tables:\n${problems.map((line) => `  ${line}`).join('\n')}\n  Example: ${EXAMPLE}`,
    );
  const mapping = value as unknown as Tables;
  try {
    rlsPolicies(policy, mapping.tables, mapping.functions);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
  return mapping;
}

function* formProblems(value: Readonly<Record<string, unknown>>): Generator<string, void, undefined> {
  for (const key of Object.keys(value))
    if (key !== 'tables' && key !== 'functions') yield `"${key}" is unknown: write "tables" and "functions".`;
  if (!isRecord(value['tables'])) yield '"tables" must be an object: the table of each owned type.';
  else for (const [type, table] of Object.entries(value['tables'])) yield* tableProblems(type, table);
  if (!('functions' in value)) return;
  if (!isRecord(value['functions'])) yield '"functions" must be an object.';
  else
    for (const [key, name] of Object.entries(value['functions'])) {
      if (key !== 'viewerId' && key !== 'crossOwner')
        yield `functions.${key} is unknown: write "viewerId" or "crossOwner".`;
      // The name becomes part of the SQL as it is.
      if (typeof name !== 'string' || !/^[a-z_][\w$]*(\.[a-z_][\w$]*)?$/i.test(name))
        yield `functions.${key} must be the name of a function, such as "app.viewer_id".`;
    }
}

function* tableProblems(type: string, table: unknown): Generator<string, void, undefined> {
  if (table === null) return;
  if (!isRecord(table)) {
    yield `${type} must be an object, or null if no table stores it.`;
    return;
  }
  for (const key of ['schema', 'table', 'role'])
    if (typeof table[key] !== 'string') yield `${type}.${key} must be a string.`;
  const { columns, commands, bypassPolicies } = table;
  if (!isRecord(columns) || !Object.values(columns).every((column) => typeof column === 'string'))
    yield `${type}.columns must be an object: the column of each owner field.`;
  if (!Array.isArray(commands) || commands.length === 0 || !commands.every((command) => COMMANDS.includes(command)))
    yield `${type}.commands must be a list of ${COMMANDS.join(', ')}.`;
  if (bypassPolicies !== undefined && !(isRecord(bypassPolicies) && Object.values(bypassPolicies).every(isBypassRole)))
    yield `${type}.bypassPolicies must be an object: by policy name, a "role" and optionally a "command".`;
}

function isBypassRole(value: unknown): boolean {
  if (!isRecord(value) || typeof value['role'] !== 'string') return false;
  return value['command'] === undefined || [...COMMANDS, 'all'].includes(value['command']);
}
