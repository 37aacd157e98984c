import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
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
const ERRORS = readFileSync(join(FOLDER, 'start-up-errors.md'), 'utf8');

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

/** The examples show the words of graphql 16 for an invalid value; 17 has others. */
function withoutGraphqlWords(message: string): string {
  return graphql.versionInfo.major === 16
    ? message
    : message.replaceAll(/: Argument ".*(?= \[valuesAreReadable\])/g, ': …');
}

describe('start-up-errors.md', () => {
  const titles = [...ERRORS.matchAll(/^## (\w+)$/gm)].map(([, title = '']) => title);

  // covers: ACCESS-02, ENGINE-01
  test('start-up-errors.md has a section for every schema rule', () => {
    const rules = readdirSync(join(FOLDER, 'schema-rules'))
      .filter((name) => !name.includes('.test.') && name !== 'schema-rule.ts')
      .map((name) => name.replace('.ts', '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
    expect(titles.toSorted()).toEqual(rules.toSorted());
  });

  // covers: ACCESS-02, ENGINE-01
  test.each(titles)(
    'start-up-errors.md shows for %s an example that violates only this rule, with its message',
    (title) => {
      const own = section(ERRORS, '##', title);
      const [sdl = '', ...more] = blocks(own, 'graphql');
      expect(more).toEqual([]);
      const { problems, message } = failureOf(sdl);
      expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set([title]));
      expect(blocks(own, 'text').map(withoutGraphqlWords)).toEqual([withoutGraphqlWords(message)]);
    },
  );
});

describe('the README', () => {
  test.each([
    ['###', 'Any other server'],
    ['##', 'Inspecting a policy'],
  ])('shows the output of the program in "%s %s"', async (level, title) => {
    const own = section(README, level, title);
    const [program = ''] = blocks(own, 'js');
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: FOLDER,
    });
    expect(blocks(own, 'text')).toEqual([stdout.trimEnd()]);
  });

  // Apollo Server and Mercurius admit graphql 16 only.
  const servers = ['GraphQL Yoga', 'Apollo Server', 'Mercurius'].slice(0, graphql.versionInfo.major === 16 ? 3 : 1);
  test.each(servers)('shows for %s a complete server, and the answers to its requests', async (title) => {
    const own = section(README, '###', title);
    const [program = ''] = blocks(own, 'js');
    const [, requests = ''] = blocks(own, 'sh');
    const answers = await answersOf(program, requests.split('\n'));
    expect(blocks(own, 'json')).toEqual([answers.join('\n')]);
  });

  test.each(['GraphQL Yoga', 'Apollo Server', 'Mercurius'])(
    'installs every package that the server of %s imports',
    (title) => {
      const own = section(README, '###', title);
      const [program = ''] = blocks(own, 'js');
      const [install = ''] = blocks(own, 'sh');
      const imported = [...program.matchAll(/ from '(?!node:)((?:@[\w-]+\/)?[\w-]+)/g)].map(([, name = '']) => name);
      const installed = install
        .replace('./fieldgate-access-0.1.0.tgz', '@fieldgate/access')
        .replace('graphql@16', 'graphql');
      expect(new Set(installed.split(' ').slice(2))).toEqual(new Set(imported));
    },
  );

  test('lists every refusal code, and its links and those of start-up-errors.md lead to files', () => {
    for (const reason of access.REASONS) expect(README).toContain(`| \`${reason}\` |`);
    const links = [...`${README}${ERRORS}`.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
    expect(links).not.toEqual([]);
    expect(links.filter((target) => !existsSync(join(FOLDER, target)))).toEqual([]);
  });

  test('names only functions that the package exports', () => {
    const named = [...README.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name = '']) => name);
    expect(named).toContain('authorize');
    expect(named.filter((name) => !(name in access))).toEqual([]);
  });
});

/** Runs a server on a free port, sends it requests written for curl on port 4000, and returns the bodies of its answers. */
async function answersOf(program: string, requests: readonly string[]): Promise<readonly string[]> {
  const port = await freePort();
  const server = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: FOLDER,
    // As a user starts it: Apollo Server leaves stack traces out of answers if NODE_ENV is `test`.
    env: { ...process.env, NODE_ENV: undefined, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [ready] = (await Promise.race([once(server.stdout, 'data'), once(server, 'exit')])) as [unknown];
    expect(String(ready)).toBe('The server is ready.\n');
    const answers: string[] = [];
    for (const request of requests) answers.push(await answerOf(request.replace(':4000', `:${port}`)));
    return answers;
  } finally {
    server.kill();
  }
}

/** Sends the request that a command line of curl sends, and returns the body of the answer. */
async function answerOf(command: string): Promise<string> {
  const [, url = '', options = '', body = ''] = /^curl -s (\S+)((?: -H '[^']*')*) -d '([^']*)'$/.exec(command) ?? [];
  const headers = [...options.matchAll(/'([^:]+): ([^']*)'/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const response = await fetch(url, { method: 'POST', headers: Object.fromEntries(headers), body });
  return (await response.text()).trimEnd();
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
