import fs from 'node:fs';
import path from 'node:path';
import { Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { contractSources } from '../../load-contract.ts';
import { inRoot } from '../../operations/paths.ts';
import { diffCommand } from './diff-command.ts';
import { printReleased } from './released-schema.ts';

async function run(...args: readonly string[]) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await diffCommand({ args, environment: {}, signal: new AbortController().signal, print });
  return { code, output: lines.join('\n') };
}

/** Writes the current schema with one text replaced, as an older version; returns its path. */
function older(text: string, replacement: string): string {
  const sdl = printReleased(contractSources());
  expect(sdl).toContain(text);
  const file = path.join(temporaryFolder(), 'older.graphql');
  fs.writeFileSync(file, sdl.replace(text, replacement));
  return file;
}

// covers: DIFF-02
describe('access diff', () => {
  test('exits with 0 if nothing differs: of the current schema as a folder and as one printed file', async () => {
    const { code, output } = await run(inRoot('schema'));
    expect([code, output]).toEqual([0, `Access and contract are the same as in ${inRoot('schema')}.`]);
    const file = path.join(temporaryFolder(), 'printed.graphql');
    fs.writeFileSync(file, printReleased(contractSources()));
    expect((await run(file)).code).toBe(0);
  });

  test('exits with 1 if an audience gains access, and prints the request', async () => {
    const file = older('status: ServiceStatus! @public', 'status: ServiceStatus! @auth #');
    const { code, output } = await run(file);
    expect(code).toBe(1);
    expect(output).toBe(
      [
        `One element differs from ${file}: 1 to review.`,
        '',
        'wider  Query.status',
        '       required signed in, now anyone',
        '       gain access: anonymous callers',
        '       anonymous: UNAUTHENTICATED before, allowed now',
        '         query { status { __typename } }',
      ].join('\n'),
    );
  });

  test('exits with 0 if access is narrower only, and prints who loses it', async () => {
    const { code, output } = await run(
      older('clearTasks(done: Boolean): Int! @auth(maxAge: 300)', 'clearTasks(done: Boolean): Int! @auth'),
    );
    expect(code).toBe(0);
    expect(output).toContain('no audience gains access, no client breaks');
    expect(output).toContain('lose access: signed-in callers, signed in 301 s ago');
  });

  test('prints JSON with --json', async () => {
    const { code, output } = await run(older('clearTasks(', 'clearAll: Int @auth clearTasks('), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toMatchObject([
      { coordinate: 'Mutation.clearAll', kinds: ['removed', 'narrower', 'breaking'], gains: [], request: null },
    ]);
  });

  test.each<[string, readonly (string | (() => string))[], string]>([
    ['no schema', [], 'One older schema is required. Usage: npm run access -- diff'],
    ['two schemas', ['a', 'b'], 'One older schema is required.'],
    ['an unknown option', ['--jsn', 'a'], "Unknown option '--jsn'"],
    ['a name without a schema', ['nothing'], 'There is no file, folder or git revision with a schema named nothing.'],
    [
      'a revision without the path',
      ['HEAD:nothing'],
      'There is no file, folder or git revision with a schema named HEAD',
    ],
    ['a folder without SDL', [inRoot('docs')], 'has no .graphql files.'],
    [
      'an incomplete policy',
      [() => older('ServiceStatus! @public', 'ServiceStatus! #')],
      'Query.status: no access rule',
    ],
    [
      'a syntax error',
      [() => older('type AuthEvent @', 'type @')],
      'cannot be compared. The files are not a valid schema:',
    ],
  ])('exits with 2, and says what is wrong, for %s', async (_, args, message) => {
    const given = args.map((argument) => (typeof argument === 'string' ? argument : argument()));
    await expect(run(...given)).rejects.toMatchObject({
      name: 'OperatorError',
      exitCode: 2,
      message: expect.stringContaining(message) as string,
    });
  });
});

// covers: DIFF-03
test('printReleased merges extensions, sorts by name and keeps directives, lists of values and defaults', () => {
  const sources = [
    new Source(
      'extend type Query { "A." b(z: [Int] = [2, 1], a: ID @owner): Int @auth(roles: [USER, ADMIN], maxAge: 1) }',
    ),
    new Source('"All." type Query { c: E @public(reason: "x") } enum E { Z A } extend enum E { B }'),
  ];
  expect(printReleased(sources).split('\n').slice(2)).toEqual([
    'enum E {',
    '  A',
    '  B',
    '  Z',
    '}',
    '',
    'type Query {',
    '  b(a: ID @owner, z: [Int] = [2, 1]): Int @auth(maxAge: 1, roles: [USER, ADMIN])',
    '  c: E @public(reason: "x")',
    '}',
    '',
  ]);
});
