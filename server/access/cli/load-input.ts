import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type GraphQLSchema, isAbstractType, Kind, parse, Source } from 'graphql';
import {
  AccessPolicyError,
  accessDirectiveSdl,
  checkSchema,
  InvalidSchemaError,
  loadSchema,
  type Policy,
  type Problem,
} from '../index.ts';
import { ACCESS_DIRECTIVES } from '../directives.ts';
import { UsageError } from './command.ts';
import { isRecord } from './is-record.ts';
import { expandFiles, isCodeFile, isSdlModule, readSdl } from './read-files.ts';

/** A schema to inspect. */
export interface SchemaInput {
  readonly schema: GraphQLSchema;
  /** What the command supplied because the files lack it; the server would not start without it. */
  readonly problems: readonly Problem[];
}

/** The names of the files that the command supplies. They are not on the disk. */
const SUPPLIED_DIRECTIVES = 'the access directives of @fieldgate/access';
const SUPPLIED_ROLE = 'the enum Role that is missing';

/**
 * Reads a schema: SDL files, folders and globs, or one module that exports an executable `GraphQLSchema`. The
 * definitions of the access directives may be missing from SDL, because servers add them in code.
 * @throws {UsageError} if there is no schema
 * @throws {InvalidSchemaError} if the files are not a valid schema
 */
export async function loadInput(references: readonly string[]): Promise<SchemaInput> {
  if (references.length === 0)
    throw new UsageError('A schema is required: name SDL files, a folder, or a module that exports a GraphQLSchema.');
  const files = expandFiles(references);
  const modules = files.filter((file) => isCodeFile(file) && !isSdlModule(file));
  if (modules.length === 0) return loadSdl(files.map(readSdl));
  const [module = '', ...others] = modules;
  if (files.length > 1)
    throw new UsageError(
      `${module} is a module and must be the only schema: its GraphQLSchema is complete. Remove ${others[0] ?? 'the other files'}.`,
    );
  return { schema: await importSchema(module), problems: [] };
}

/** Loads SDL; supplies the access directives and the enum `Role` if they are missing. */
export function loadSdl(sources: readonly Source[]): SchemaInput {
  const missing = missingDefinitions(sources);
  const supplied = [
    ...(missing.directives ? [new Source(accessDirectiveSdl, SUPPLIED_DIRECTIVES)] : []),
    ...(missing.role ? [new Source('enum Role { ROLE }', SUPPLIED_ROLE)] : []),
  ];
  const schema = loadSchema([...supplied, ...sources]);
  // SDL has no resolvers. The guard needs `resolveType`, which the server supplies; here nothing is resolved.
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType ??= () => undefined;
  return { schema, problems: missing.role ? [MISSING_ROLE] : [] };
}

const MISSING_ROLE: Problem = {
  rule: 'rolesAreEnumValues',
  coordinate: 'Role',
  message: 'is not defined',
  fix: 'write `enum Role { … }` with a value for each role',
  location: null,
};

/** Whether a schema lacks the access directives, and the enum `Role`. */
export interface MissingDefinitions {
  readonly directives: boolean;
  readonly role: boolean;
}

/** Tells which definitions the engine needs and the sources lack. A source with a syntax error counts as empty. */
export function missingDefinitions(sources: readonly Source[]): MissingDefinitions {
  const definitions = sources.flatMap((source) => {
    try {
      return parse(source).definitions;
    } catch {
      // `loadSchema` reports it, with the errors of all other files.
      return [];
    }
  });
  const names = new Set(
    definitions.map((node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION ? `@${node.name.value}` : 'name' in node ? node.name?.value : undefined,
    ),
  );
  return { directives: ACCESS_DIRECTIVES.every((name) => !names.has(`@${name}`)), role: !names.has('Role') };
}

async function importSchema(file: string): Promise<GraphQLSchema> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(pathToFileURL(path.resolve(file)).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UsageError(`${file} cannot be imported: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const nested = exports['default'];
  // `require` of a CommonJS module is its `default`; that of `exports.default` is one level deeper.
  const candidates = [nested, exports['schema'], ...(isRecord(nested) ? [nested['default'], nested['schema']] : [])];
  const schema = candidates.find((candidate) => Object.prototype.toString.call(candidate) === '[object GraphQLSchema]');
  if (schema === undefined)
    throw new UsageError(
      `${file} exports no GraphQLSchema: export it as default or as \`schema\`, or name the SDL files instead.`,
    );
  return schema as GraphQLSchema;
}

/**
 * Returns the policy of a schema.
 * @param name what the schema is called in errors
 * @throws {UsageError} with every problem, if the schema is not valid or not a complete access policy
 */
export async function loadPolicy(
  references: readonly string[],
  name: string,
  otherDirectives: readonly string[] = [],
): Promise<Policy> {
  try {
    const { schema, problems } = await loadInput(references);
    if (problems.length > 0) throw new AccessPolicyError(problems);
    return checkSchema(schema, { otherDirectives });
  } catch (error) {
    if (!(error instanceof InvalidSchemaError || error instanceof AccessPolicyError)) throw error;
    throw new UsageError(`${name} cannot be used. ${error.message}`, { cause: error });
  }
}
