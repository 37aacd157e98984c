import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildASTSchema, Kind, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import * as access from './index.ts';
import { AccessPolicyError } from './schema-problem.ts';

const FOLDER = import.meta.dirname;
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');

/** What stands under a heading, as far as the next of its rank. */
function section(text: string, rank: string, title: string): string {
  const [, ...rest] = `\n${text}`.split(`\n${rank} ${title}\n`);
  if (rest.length !== 1) throw new Error(`The README has ${rest.length} sections "${title}".`);
  return rest[0]?.split(new RegExp(`^${rank} `, 'm'))[0] ?? '';
}

/** The code blocks of one language. */
function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, 'gms'))].map(([, block = '']) => block);
}

/** What a server says that is started with this SDL. Not by `readSchema`, which would find some of it before. */
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
  throw new Error('A server starts with this schema.');
}

describe('the README’s start-up errors', () => {
  const errors = section(README, '##', 'Start-up errors');
  const titles = [...errors.matchAll(/^### (\w+)$/gm)].map(([, title = '']) => title);

  // covers: ACCESS-02, ENGINE-01
  test('are all that there are', () => {
    const rules = readdirSync(join(FOLDER, 'start'))
      .filter((name) => !name.includes('.test.') && name !== 'context.ts')
      .map((name) => name.replace('.ts', ''));
    expect(titles.toSorted()).toEqual(rules.toSorted());
  });

  // covers: ACCESS-02, ENGINE-01
  test.each(titles)('%s: the example breaks that rule and no other, and says what the README says', (title) => {
    const own = section(errors, '###', title);
    const [sdl = '', ...more] = blocks(own, 'graphql');
    expect(more).toEqual([]);
    const { problems, message } = failureOf(sdl);
    expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set([title]));
    expect(blocks(own, 'text')).toEqual([message]);
  });
});

describe('the rest of the README', () => {
  test.each(['From SDL to a protected schema', 'Seeing what a schema says'])(
    'the program of "%s" prints what it says',
    async (title) => {
      const own = section(README, '##', title);
      const [program = ''] = blocks(own, 'js');
      const root = join(FOLDER, '..', '..');
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: root,
      });
      expect(blocks(own, 'text')).toEqual([stdout.trimEnd()]);
    },
  );

  test('every code that a caller can meet is in it, and every link leads to a file', () => {
    for (const reason of access.REASONS) expect(README).toContain(`| \`${reason}\` |`);
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links).not.toEqual([]);
    expect(links.filter((target) => !existsSync(join(FOLDER, target)))).toEqual([]);
  });

  test('the functions that it names are the engine’s', () => {
    const named = [...README.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name = '']) => name);
    expect(named).toContain('judge');
    expect(named.filter((name) => !(name in access))).toEqual([]);
  });
});
