import * as graphql from 'graphql';

/** The major version of graphql that the engine is written for and tested with. */
const SUPPORTED_MAJOR = 16;

/**
 * Thrown at start when the engine runs on a version of graphql that it does not support, or a schema was made by another
 * copy of graphql than the one that the engine imports. The message says what was found and what to do.
 */
export class UnsupportedGraphqlError extends Error {
  override readonly name = 'UnsupportedGraphqlError';

  constructor(found: string, fix: string) {
    super(`The access engine cannot protect this schema: ${found}.\n  fix: ${fix}`);
  }
}

/**
 * Refuses every version of graphql but the releases of 16.
 *
 * The engine rests on how graphql coerces values and completes results. On 17.1 `getArgumentValues` reads variables in
 * another form, and an owner argument that is given by a variable passes without being compared.
 * @param versionInfo what graphql exports under this name
 * @throws {UnsupportedGraphqlError} when the version is another one, a prerelease, or missing
 */
export function assertSupportedGraphql(versionInfo: unknown): void {
  const install = `install a release of graphql ${SUPPORTED_MAJOR}: npm install graphql@${SUPPORTED_MAJOR}`;
  if (!isVersionInfo(versionInfo))
    throw new UnsupportedGraphqlError(
      `the graphql package does not say its version in versionInfo, and only version ${SUPPORTED_MAJOR} is supported`,
      install,
    );
  const { major, minor, patch, preReleaseTag } = versionInfo;
  if (major === SUPPORTED_MAJOR && preReleaseTag === null) return;
  const found = [`${major}.${minor}.${patch}`, ...(preReleaseTag === null ? [] : [preReleaseTag])].join('-');
  throw new UnsupportedGraphqlError(
    `graphql is version ${found}, and only releases of version ${SUPPORTED_MAJOR} are supported`,
    install,
  );
}

/**
 * Refuses a schema of which a part was made by another copy of graphql. Each copy knows only objects of its own classes:
 * in production (NODE_ENV) the fields, types and rules of the other one would be overlooked without a word.
 * @throws {UnsupportedGraphqlError} naming the part
 */
export function assertOneGraphql(schema: graphql.GraphQLSchema): void {
  if (!(schema instanceof graphql.GraphQLSchema)) throw anotherCopy('the schema');
  for (const type of Object.values(schema.getTypeMap()))
    if (!TYPES.some((kind) => type instanceof kind)) throw anotherCopy(`the type ${String(type)}`);
  for (const directive of schema.getDirectives())
    if (!(directive instanceof graphql.GraphQLDirective)) throw anotherCopy(`the directive ${String(directive)}`);
}

const TYPES = [
  graphql.GraphQLScalarType,
  graphql.GraphQLObjectType,
  graphql.GraphQLInterfaceType,
  graphql.GraphQLUnionType,
  graphql.GraphQLEnumType,
  graphql.GraphQLInputObjectType,
] as const;

function anotherCopy(part: string): UnsupportedGraphqlError {
  return new UnsupportedGraphqlError(
    `${part} was not made by the copy of graphql that the engine imports`,
    'see with `npm ls graphql` who brings another copy, and install one for all; a program imports graphql either as a module or with require, not both',
  );
}

interface VersionInfo {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly preReleaseTag: string | null;
}

function isVersionInfo(value: unknown): value is VersionInfo {
  if (typeof value !== 'object' || value === null) return false;
  const { major, minor, patch, preReleaseTag } = value as Readonly<Record<keyof VersionInfo, unknown>>;
  return (
    [major, minor, patch].every((part) => Number.isInteger(part)) &&
    (preReleaseTag === null || typeof preReleaseTag === 'string')
  );
}
