import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** A mistake in how the command was called, or a file that it cannot use. Printed without a stack; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The exit codes of every command. */
export const EXIT = {
  /** Done, and nothing to correct. */
  fine: 0,
  /** The command's result is that something must be corrected or reviewed. */
  findings: 1,
  /** The command could not run: an argument, a file or the schema is wrong. */
  badUse: 2,
} as const;

/** One command of `fieldgate`. */
export interface Command {
  /** What it does, in one line, for the list of commands. */
  readonly summary: string;
  /** Its synopsis, its options and its exit codes. */
  readonly help: string;
  /** Runs it with the arguments after its name; resolves with the exit code. */
  run(args: readonly string[], print: (text: string) => void): Promise<number>;
}

/** The schema, which can also be named without an option. */
export const SCHEMA_OPTION = { schema: { type: 'string', multiple: true } } as const;
/** Names of directives that have nothing to do with access. */
export const OTHER_DIRECTIVE_OPTION = { 'other-directive': { type: 'string', multiple: true } } as const;
/** Output as JSON. */
export const JSON_OPTION = { json: { type: 'boolean' } } as const;
/** The format of the output. */
export const FORMAT_OPTIONS = { ...JSON_OPTION, format: { type: 'string' } } as const;

/** Returns the files, folders and globs of the schema that a command line names, with `--schema` or without. */
export function schemaReferences(
  { schema = [] }: { readonly schema?: readonly string[] | undefined },
  positionals: readonly string[],
): readonly string[] {
  return [...schema, ...positionals];
}

/**
 * Parses a command's arguments.
 * @throws {UsageError} naming the argument that is wrong
 */
export function parseCommandLine<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals: positionals as readonly string[] };
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${reason}.`, { cause: error });
  }
}

/**
 * Returns one of the values that an option may have.
 * @throws {UsageError} listing them
 */
export function oneOf<const Value extends string>(option: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UsageError(`${option} ${JSON.stringify(value)} is unknown: write one of ${allowed.join(', ')}.`);
  return found;
}

/**
 * Returns the format of the output: `text` unless `--format` or `--json` names another.
 * @throws {UsageError} listing the formats
 */
export function formatIn<const Format extends string>(
  { format, json }: { readonly format?: string | undefined; readonly json?: boolean | undefined },
  formats: readonly Format[],
): Format {
  return oneOf('--format', format ?? (json ? 'json' : 'text'), formats);
}
