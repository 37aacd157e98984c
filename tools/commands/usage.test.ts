import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandFile, inRoot } from '../../server/operations/paths.ts';

const { scripts } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')) as { scripts: object };
/** The name of every command. */
const SCRIPTS = Object.keys(scripts);

/** Every command, asked for what it does not know, and how it says that it is written. */
const WRONG: readonly (readonly [command: string, args: readonly string[], says: string])[] = [
  ['start', ['--port', '3000'], 'Write: npm start'],
  ['start', ['quickly'], 'Write: npm start'],
  ['dev', ['web'], 'Write: npm run dev'],
  ['test', ['--nonsense'], 'Write: npm test [-- <part of a test file’s path> …]'],
  ['access', ['mapp'], 'npm run access -- map [--json | --write]'],
  ['access', ['--jsn'], 'Write: npm run access -- [map] [--json | --write]'],
  ['access', ['map', 'Task'], 'Write: npm run access -- [map] [--json | --write]'],
  ['access', ['policies', 'check'], 'Write: npm run access -- policies [--check]'],
  ['access', ['grant', 'ada@example.com'], 'Write: npm run access -- grant <e-mail address> <role>'],
  ['access', ['explain'], 'Write: npm run access -- explain --as'],
  ['attack', ['--minutes', 'many'], 'npm run attack [-- --minutes'],
  ['attack', ['now'], 'npm run attack [-- --minutes'],
  ['mutants', ['acces'], 'Write: npm run mutants [-- <access | product> … --only'],
  ['mutants', ['--only'], 'Write: npm run mutants [-- <access | product> … --only'],
  ['verify', ['--minutes', 'many'], 'Write: npm run verify [-- --minutes'],
  ['verify', ['now'], 'Write: npm run verify [-- --minutes'],
  ['bench', ['speed'], 'There are:\n  access: '],
  ['bench', ['--jsn'], 'Write: npm run bench [-- <name> … --json]'],
  ['codegen', ['--check'], 'Write: npm run codegen'],
  ['keys', ['lst'], 'npm run keys -- list'],
  ['keys', ['list', 'all'], 'Write: npm run keys -- list'],
  ['keys', ['rotate', 'now'], 'Write: npm run keys -- rotate [--now]'],
  ['keys', ['retire'], 'Write: npm run keys -- retire <kid> [--now]'],
  ['format', ['--nonsense'], 'Write: npm run format [-- <path> …]'],
];

describe('a command that is asked for what it does not know says how it is written:', () => {
  // covers: ENGINE-16
  test.concurrent.each(WRONG)('%s %j', { timeout: 60_000 }, async (command, args, expected) => {
    const { code, stderr } = await run(command, args);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  // covers: ENGINE-16
  test('all of them', () => {
    expect(SCRIPTS.filter((script) => !WRONG.some(([command]) => command === script))).toEqual([]);
  });
});

/** Every command, asked how it is written, and what it says then. */
const HELP: readonly (readonly [command: string, args: readonly string[], says: readonly string[]])[] = [
  ['start', ['--help'], ['npm start (its settings are environment variables)']],
  ['dev', ['-h'], ['npm run dev (its settings are environment variables)']],
  ['test', ['server/data', '--help'], ['npm test [-- <part of a test file’s path> …]']],
  [
    'access',
    ['--help'],
    ['map [--json', 'explain --as', 'grant <e-mail', 'policies [--check]', 'With no name it is "map"'],
  ],
  ['access', ['map', '-h'], ['npm run access -- [map] [--json | --write]']],
  ['access', ['explain', '--help'], ['npm run access -- explain --as']],
  ['access', ['grant', '-h'], ['npm run access -- grant <e-mail address> <role>']],
  ['access', ['policies', '--help'], ['npm run access -- policies [--check]']],
  ['attack', ['--help'], ['npm run attack [-- --minutes']],
  ['mutants', ['-h'], ['npm run mutants [-- <access | product> … --only']],
  ['verify', ['--help'], ['npm run verify [-- --minutes']],
  ['bench', ['--help'], ['npm run bench [-- <name> … --json]', '\n  access: ']],
  ['codegen', ['-h'], ['npm run codegen']],
  ['keys', ['-h'], ['keys -- list', 'keys -- rotate', 'keys -- retire', 'With no name it is "list"']],
  ['keys', ['list', '--help'], ['npm run keys -- list']],
  ['keys', ['rotate', '--now', '-h'], ['npm run keys -- rotate [--now]']],
  ['keys', ['retire', '--help'], ['npm run keys -- retire <kid> [--now]']],
  ['format', ['--help'], ['npm run format [-- <path> …]']],
];

describe('a command that is asked how it is written says so, does nothing else, and has not failed:', () => {
  // covers: ENGINE-16
  test.concurrent.each(HELP)('%s %j', { timeout: 60_000 }, async (command, args, expected) => {
    const { code, stdout, stderr } = await run(command, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const expectedText of expected) expect(stdout).toContain(expectedText);
    expect(stdout.split('\n').length).toBeLessThan(20);
  });

  // covers: ENGINE-16
  test('all of them', () => {
    expect(SCRIPTS.filter((script) => !HELP.some(([command]) => command === script))).toEqual([]);
  });
});

/** How a command ended, and what it wrote to standard output and to standard error. */
interface Outcome {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as the launcher would. */
function run(command: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', commandFile(command), ...args],
      { timeout: 30_000 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
