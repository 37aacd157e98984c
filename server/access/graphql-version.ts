import * as graphql from 'graphql';

/** The major version of graphql that the engine supports. */
const SUPPORTED_MAJOR = 16;
/** The first minor version that exports `resolveSchemaCoordinate`. `peerDependencies` in package.json states the same version. */
const FIRST_SUPPORTED_MINOR = 12;
const SUPPORTED = `${SUPPORTED_MAJOR}.${FIRST_SUPPORTED_MINOR} and later releases of version ${SUPPORTED_MAJOR}`;

/**
 * Thrown at start if the version of graphql is not supported, or if a schema was made by another copy of graphql than
 * the one that the engine imports. The message states what was found and how to fix it.
 */
export class UnsupportedGraphqlError extends Error {
  override readonly name = 'UnsupportedGraphqlError';

  constructor(found: string, fix: string) {
    super(`The access engine cannot protect this schema: ${found}.\n  fix: ${fix}`);
  }
}

/**
 * Asserts that graphql is a release of version 16, 16.12 or later.
 *
 * The engine relies on how graphql coerces values and completes results. In 17.1 `getArgumentValues` reads variables in
 * another form, so that an owner argument set by a variable would not be compared with the viewer's id.
 * @param versionInfo graphql's export of this name
 * @throws {UnsupportedGraphqlError} if the version is another one, a prerelease, or missing
 */
export function assertSupportedGraphql(versionInfo: unknown): void {
  const install = `install a release of graphql ${SUPPORTED_MAJOR}: npm install graphql@${SUPPORTED_MAJOR}`;
  if (!isVersionInfo(versionInfo))
    throw new UnsupportedGraphqlError(
      `the graphql package does not export its version as versionInfo, and only ${SUPPORTED} are supported`,
      install,
    );
  const { major, minor, patch, preReleaseTag } = versionInfo;
  if (major === SUPPORTED_MAJOR && minor >= FIRST_SUPPORTED_MINOR && preReleaseTag === null) return;
  const found = [`${major}.${minor}.${patch}`, ...(preReleaseTag === null ? [] : [preReleaseTag])].join('-');
  throw new UnsupportedGraphqlError(`graphql is version ${found}, and only ${SUPPORTED} are supported`, install);
}

/**
 * Asserts that the schema and all its parts were made by the copy of graphql that the engine imports. graphql's
 * predicates recognize only objects of their own copy's classes: with NODE_ENV=production, the fields, types and rules
 * of another copy would be ignored without an error.
 * @throws {UnsupportedGraphqlError} naming the first part made by another copy
 */
export function assertOneGraphql(schema: graphql.GraphQLSchema): void {
  if (!(schema instanceof graphql.GraphQLSchema)) throw otherCopyError('the schema');
  for (const type of Object.values(schema.getTypeMap()))
    if (!TYPES.some((kind) => type instanceof kind)) throw otherCopyError(`the type ${String(type)}`);
  for (const directive of schema.getDirectives())
    if (!(directive instanceof graphql.GraphQLDirective)) throw otherCopyError(`the directive ${String(directive)}`);
}

const TYPES = [
  graphql.GraphQLScalarType,
  graphql.GraphQLObjectType,
  graphql.GraphQLInterfaceType,
  graphql.GraphQLUnionType,
  graphql.GraphQLEnumType,
  graphql.GraphQLInputObjectType,
] as const;

function otherCopyError(part: string): UnsupportedGraphqlError {
  return new UnsupportedGraphqlError(
    `${part} was not made by the copy of graphql that the engine imports`,
    'find the packages that depend on other copies with `npm ls graphql`, and deduplicate them; load graphql either with import or with require, not both',
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
