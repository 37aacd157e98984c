import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as graphql from 'graphql';
import { buildASTSchema, Kind, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import * as access from './index.ts';
import { AccessPolicyError } from './schema-problem.ts';

const FOLDER = import.meta.dirname;
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');

/** Returns the text between a heading and the next heading of the same level. */
function section(text: string, level: string, title: string): string {
  const [, ...rest] = `\n${text}`.split(`\n${level} ${title}\n`);
  if (rest.length !== 1) throw new Error(`The README has ${rest.length} sections "${title}".`);
  return rest[0]?.split(new RegExp(`^${level} `, 'm'))[0] ?? '';
}

/** Returns the code blocks of one language. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

/**
 * Returns the error of `checkSchema` for this SDL, built without `loadSchema`, which would report some problems first.
 */
function failureOf(sdl: string): AccessPolicyError {
  const prelude = new Source(`${accessDirectiveSdl}\nenum Role { USER ADMIN }`, 'access.graphql');
  const sources = [...(sdl.includes('directive @auth') ? [] : [prelude]), new Source(sdl, 'schema.graphql')];
  const definitions = sources.flatMap((source) => parse(source).definitions);
  try {
    checkSchema(buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true }));
  } catch (error) {
    if (error instanceof AccessPolicyError) return error;
    throw error;
  }
  throw new Error('The schema has no problems.');
}

/** The README shows the words of graphql 16 for an invalid value; 17 has others. */
function withoutGraphqlWords(message: string): string {
  return graphql.versionInfo.major === 16
    ? message
    : message.replaceAll(/: Argument ".*(?= \[valuesAreReadable\])/g, ': …');
}

describe('the start-up errors in the README', () => {
  const errors = section(README, '##', 'Start-up errors');
  const titles = [...errors.matchAll(/^### (\w+)$/gm)].map(([, title = '']) => title);

  // covers: ACCESS-02, ENGINE-01
  test('the start-up errors include every schema rule', () => {
    const rules = readdirSync(join(FOLDER, 'schema-rules'))
      .filter((name) => !name.includes('.test.') && name !== 'schema-rule.ts')
      .map((name) => name.replace('.ts', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
    expect(titles.toSorted()).toEqual(rules.toSorted());
  });

  // covers: ACCESS-02, ENGINE-01
  test.each(titles)(
    'the start-up errors show for %s an example that violates only this rule, with its message',
    (title) => {
      const own = section(errors, '###', title);
      const [sdl = '', ...more] = blocks(own, 'graphql');
      expect(more).toEqual([]);
      const { problems, message } = failureOf(sdl);
      expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set([title]));
      expect(blocks(own, 'text').map(withoutGraphqlWords)).toEqual([withoutGraphqlWords(message)]);
    },
  );
});

describe('the README', () => {
  test.each(['From SDL to a protected schema', 'Inspecting a policy'])(
    'shows the output of the program in "%s"',
    async (title) => {
      const own = section(README, '##', title);
      const [program = ''] = blocks(own, 'js');
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: FOLDER,
      });
      expect(blocks(own, 'text')).toEqual([stdout.trimEnd()]);
    },
  );

  test('lists every refusal code, and its links lead to files', () => {
    for (const reason of access.REASONS) expect(README).toContain(`| \`${reason}\` |`);
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links).not.toEqual([]);
    expect(links.filter((target) => !existsSync(join(FOLDER, target)))).toEqual([]);
  });

  test('names only functions that the package exports', () => {
    const named = [...README.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name = '']) => name);
    expect(named).toContain('authorize');
    expect(named.filter((name) => !(name in access))).toEqual([]);
  });
});
