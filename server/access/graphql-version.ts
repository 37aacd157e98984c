import * as graphql from 'graphql';

/**
 * The first minor version of each major version of graphql that the engine supports: 16.12 is the first that exports
 * `resolveSchemaCoordinate`, 17.1 the first 17 that the tests run on. `peerDependencies` in package.json states the same.
 */
const FIRST_SUPPORTED: ReadonlyMap<number, number> = new Map([
  [16, 12],
  [17, 1],
]);
const SUPPORTED = [...FIRST_SUPPORTED]
  .map(([major, minor]) => `${major}.${minor} and later releases of version ${major}`)
  .join(', and ');
const INSTALL = [...FIRST_SUPPORTED.keys()].map((major) => `npm install graphql@${major}`).join(', or ');

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
 * Asserts that graphql is a release that the engine's tests run on, or a later minor version of it.
 *
 * The engine relies on how graphql coerces values and completes results, which a major version changes: in 17
 * `getArgumentValues` takes variables in another form than in 16. Read in the form of 16, an owner argument set by a
 * variable would not be compared with the viewer's id.
 * @param versionInfo graphql's export of this name
 * @throws {UnsupportedGraphqlError} if the version is another one, a prerelease, or missing
 */
export function assertSupportedGraphql(versionInfo: unknown): void {
  if (!isVersionInfo(versionInfo))
    throw new UnsupportedGraphqlError(
      `the graphql package does not export its version as versionInfo, and only ${SUPPORTED} are supported`,
      INSTALL,
    );
  const { major, minor, patch, preReleaseTag } = versionInfo;
  if (minor >= (FIRST_SUPPORTED.get(major) ?? Infinity) && preReleaseTag === null) return;
  const found = [`${major}.${minor}.${patch}`, ...(preReleaseTag === null ? [] : [preReleaseTag])].join('-');
  throw new UnsupportedGraphqlError(`graphql is version ${found}, and only ${SUPPORTED} are supported`, INSTALL);
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
