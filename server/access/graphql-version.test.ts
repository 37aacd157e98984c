import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { makeExecutableSchema } from '@graphql-tools/schema';
import * as graphql from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { assertSupportedGraphql, UnsupportedGraphqlError } from './graphql-version.ts';
import { createTestSchema } from './test-harness.ts';

const release = { major: 16, minor: 15, patch: 0, preReleaseTag: null };
const SDL = `${accessDirectiveSdl} enum Role { USER } type Query { a: Int @auth }`;

const SUPPORTED =
  'only 16.12 and later releases of version 16, and 17.1 and later releases of version 17 are supported';
/** A second copy of graphql in the same package: of 16 the ES modules, of 17 CommonJS. */
const OTHER_COPY: string = pathToFileURL(
  join(
    import.meta.dirname,
    '../../node_modules',
    graphql.versionInfo.major === 17 ? 'graphql-17/index.js' : 'graphql/index.mjs',
  ),
).href;

test('the tests run on the major version of graphql that the vitest project says', async () => {
  expect(graphql.versionInfo.major).toBe(Number(process.env['GRAPHQL_MAJOR'] ?? 16));
  const schema = makeExecutableSchema({ typeDefs: 'type Query { a: Int }' });
  expect(schema).toBeInstanceOf(graphql.GraphQLSchema);
});

describe('assertSupportedGraphql', () => {
  test('accepts the installed graphql and the releases from 16.12 to below 17, and from 17.1 to below 18', () => {
    for (const version of [
      graphql.versionInfo,
      release,
      { ...release, minor: 12 },
      { ...release, minor: 99, patch: 7 },
      { ...release, major: 17, minor: 1 },
      { ...release, major: 17, minor: 12, patch: 3 },
    ])
      expect(() => assertSupportedGraphql(version)).not.toThrow();
  });

  // covers: ENGINE-09
  test.each<[string, unknown, string]>([
    ['15', { ...release, major: 15, minor: 10, patch: 1 }, 'graphql is version 15.10.1,'],
    ['16.11', { ...release, minor: 11, patch: 7 }, 'graphql is version 16.11.7,'],
    ['17.0', { ...release, major: 17, minor: 0 }, 'graphql is version 17.0.0,'],
    ['18', { ...release, major: 18, minor: 0 }, 'graphql is version 18.0.0,'],
    [
      'a prerelease of 17',
      { major: 17, minor: 0, patch: 0, preReleaseTag: 'alpha.9' },
      'graphql is version 17.0.0-alpha.9,',
    ],
    ['a prerelease of 16', { ...release, preReleaseTag: 'canary.1' }, 'graphql is version 16.15.0-canary.1,'],
    [
      'a prerelease of 17.1',
      { ...release, major: 17, minor: 1, preReleaseTag: 'rc.1' },
      'graphql is version 17.1.0-rc.1,',
    ],
    ['160', { ...release, major: 160 }, 'graphql is version 160.15.0,'],
    ['a version string', '16.15.0', 'does not export its version'],
    ['a string as major version', { ...release, major: '16' }, 'does not export its version'],
    ['an incomplete version', { major: 16 }, 'does not export its version'],
    ['no version', undefined, 'does not export its version'],
    ['null', null, 'does not export its version'],
  ])('rejects %s with what was found, what is supported and how to fix it', (_, version, found) => {
    expect(() => assertSupportedGraphql(version)).toThrow(UnsupportedGraphqlError);
    expect(() => assertSupportedGraphql(version)).toThrow(found);
    expect(() => assertSupportedGraphql(version)).toThrow(SUPPORTED);
    expect(() => assertSupportedGraphql(version)).toThrow('fix: npm install graphql@16, or npm install graphql@17');
  });
});

describe('with another version of graphql', () => {
  afterEach(() => {
    vi.doUnmock('graphql');
    vi.resetModules();
  });

  // covers: ACCESS-07, ENGINE-09
  test('loadSchema and checkSchema throw on another version of graphql', async () => {
    vi.resetModules();
    vi.doMock('graphql', (original) =>
      original<typeof graphql>().then((exported) => ({ ...exported, versionInfo: { ...release, major: 18 } })),
    );
    const { checkSchema: check } = await import('./check-schema.ts');
    const { loadSchema: load } = await import('./load-schema.ts');
    const message = `graphql is version 18.15.0, and ${SUPPORTED}`;
    expect(() => check(createTestSchema('type Query { a: Int @auth }'))).toThrow(message);
    expect(() => load([new graphql.Source(SDL)])).toThrow(message);
  });
});

/** Checks schemas with one part made by another copy of graphql, and prints the result for each. */
const PROGRAM = `
  import * as own from 'graphql';
  import * as other from '${OTHER_COPY}';
  import { checkSchema, loadSchema } from '@fieldgate/access';

  const schema = loadSchema([new own.Source(${JSON.stringify(SDL)})]);
  const config = schema.toConfig();
  const type = new other.GraphQLObjectType({ name: 'Foreign', fields: { a: { type: other.GraphQLInt } } });
  const directive = new other.GraphQLDirective({ name: 'foreign', locations: [other.DirectiveLocation.FIELD] });
  const results = [
    () => other.buildSchema(${JSON.stringify(SDL)}),
    () => new own.GraphQLSchema({ ...config, types: [...config.types, type], assumeValid: true }),
    () => new own.GraphQLSchema({ ...config, directives: [...config.directives, directive], assumeValid: true }),
    () => schema,
  ].map((make) => {
    try {
      return checkSchema(make()) && 'starts';
    } catch (error) {
      return error.name + ': ' + error.message;
    }
  });
  console.log(JSON.stringify(results));
`;

describe('checkSchema of a schema made by two copies of graphql', () => {
  // covers: ACCESS-07
  test('checkSchema throws with NODE_ENV=production, where graphql reports nothing, and names the part of the other copy', {
    timeout: 30_000,
  }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: 30_000,
    });
    const results = JSON.parse(stdout) as readonly string[];
    const parts = ['the schema', 'the type Foreign', 'the directive @foreign'];
    expect(results.slice(0, 3)).toEqual(
      parts.map((part) =>
        expect.stringMatching(
          `^UnsupportedGraphqlError: .*: ${part} was not made by the copy of graphql that the engine imports\\.\n  fix: find the packages that depend on other copies with \`npm ls graphql\``,
        ),
      ),
    );
    expect(results[3]).toBe('starts');
  });

  test('checkSchema throws for a schema of another copy in development', async () => {
    const other = (await import(/* @vite-ignore */ OTHER_COPY)) as typeof graphql;
    expect(other.GraphQLSchema).not.toBe(graphql.GraphQLSchema);
    expect(() => checkSchema(other.buildSchema(SDL))).toThrow('the schema was not made by the copy of graphql');
  });

  test('checkSchema throws the same error for a value that is not a schema', () => {
    for (const value of [undefined, null, {}, SDL])
      expect(() => checkSchema(value as graphql.GraphQLSchema)).toThrow(UnsupportedGraphqlError);
  });
});
