import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as graphql from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { assertSupportedGraphql, UnsupportedGraphqlError } from './graphql-version.ts';
import { createTestSchema } from './testing/harness.ts';

const release = { major: 16, minor: 15, patch: 0, preReleaseTag: null };
const SDL = `${accessDirectiveSdl} enum Role { USER } type Query { a: Int @auth }`;

describe('assertSupportedGraphql', () => {
  test('accepts the installed graphql and every release of 16', () => {
    for (const version of [graphql.versionInfo, release, { ...release, minor: 0 }, { ...release, minor: 99, patch: 7 }])
      expect(() => assertSupportedGraphql(version)).not.toThrow();
  });

  // covers: ENGINE-09
  test.each<[string, unknown, string]>([
    ['15', { ...release, major: 15, minor: 10, patch: 1 }, 'graphql is version 15.10.1,'],
    ['17', { ...release, major: 17, minor: 1 }, 'graphql is version 17.1.0,'],
    [
      'a prerelease of 17',
      { major: 17, minor: 0, patch: 0, preReleaseTag: 'alpha.9' },
      'graphql is version 17.0.0-alpha.9,',
    ],
    ['a prerelease of 16', { ...release, preReleaseTag: 'canary.1' }, 'graphql is version 16.15.0-canary.1,'],
    ['160', { ...release, major: 160 }, 'graphql is version 160.15.0,'],
    ['a version in words', '16.15.0', 'does not say its version'],
    ['a major version in words', { ...release, major: '16' }, 'does not say its version'],
    ['half a version', { major: 16 }, 'does not say its version'],
    ['no version', undefined, 'does not say its version'],
    ['null', null, 'does not say its version'],
  ])('refuses %s, saying what was found, what is supported and what to do', (_, version, found) => {
    expect(() => assertSupportedGraphql(version)).toThrow(UnsupportedGraphqlError);
    expect(() => assertSupportedGraphql(version)).toThrow(found);
    expect(() => assertSupportedGraphql(version)).toThrow(/version 16 (is|are) supported/);
    expect(() => assertSupportedGraphql(version)).toThrow('npm install graphql@16');
  });
});

describe('at start, on another version of graphql', () => {
  afterEach(() => {
    vi.doUnmock('graphql');
    vi.resetModules();
  });

  // covers: ACCESS-07, ENGINE-09
  test('neither readSchema nor checkSchema goes on', async () => {
    vi.resetModules();
    vi.doMock('graphql', (original) =>
      original<typeof graphql>().then((exported) => ({ ...exported, versionInfo: { ...release, major: 17 } })),
    );
    const { checkSchema: check } = await import('./check-schema.ts');
    const { loadSchema: read } = await import('./load-schema.ts');
    const said = 'graphql is version 17.15.0, and only releases of version 16 are supported';
    expect(() => check(createTestSchema('type Query { a: Int @auth }'))).toThrow(said);
    expect(() => read([new graphql.Source(SDL)])).toThrow(said);
  });
});

/** Schemas of which one part is of another copy of graphql; the words for each are printed. */
const PROGRAM = `
  import * as own from 'graphql';
  import * as other from 'graphql/index.mjs';
  import { checkSchema, readSchema } from 'fieldgate/access';

  const schema = readSchema([new own.Source(${JSON.stringify(SDL)})]);
  const config = schema.toConfig();
  const type = new other.GraphQLObjectType({ name: 'Foreign', fields: { a: { type: other.GraphQLInt } } });
  const directive = new other.GraphQLDirective({ name: 'foreign', locations: [other.DirectiveLocation.FIELD] });
  const words = [
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
  console.log(JSON.stringify(words));
`;

describe('a schema of two copies of graphql', () => {
  const root = join(import.meta.dirname, '..', '..');

  // covers: ACCESS-07
  test('is refused in production, naming the part: there graphql itself is silent', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: 30_000,
    });
    const words = JSON.parse(stdout) as readonly string[];
    const parts = ['the schema', 'the type Foreign', 'the directive @foreign'];
    expect(words.slice(0, 3)).toEqual(
      parts.map((part) =>
        expect.stringMatching(
          `^UnsupportedGraphqlError: .*: ${part} was not made by the copy of graphql that the engine imports\\.\n  fix: see with \`npm ls graphql\``,
        ),
      ),
    );
    expect(words[3]).toBe('starts');
  });

  test('is refused in development in the same words', async () => {
    const foreign: string = 'graphql/index.mjs';
    const other = (await import(foreign)) as typeof graphql;
    expect(other.GraphQLSchema).not.toBe(graphql.GraphQLSchema);
    expect(() => checkSchema(other.buildSchema(SDL))).toThrow('the schema was not made by the copy of graphql');
  });

  test('that is no schema at all is refused in the same words', () => {
    for (const value of [undefined, null, {}, SDL])
      expect(() => checkSchema(value as graphql.GraphQLSchema)).toThrow(UnsupportedGraphqlError);
  });
});
