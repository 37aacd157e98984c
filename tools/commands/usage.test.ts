import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inRoot, ROOT } from '../../server/operations/paths.ts';
import { findCommandFile } from '../launcher/command-file.mjs';

const { scripts } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')) as { scripts: object };
/** The names of all commands. */
const SCRIPTS = Object.keys(scripts);

/** Invalid arguments for each command, and a part of the usage that it prints. */
const INVALID: readonly (readonly [command: string, args: readonly string[], expected: string])[] = [
  ['start', ['--port', '3000'], 'Usage: npm start'],
  ['start', ['quickly'], 'Usage: npm start'],
  ['api', ['--port', '4000'], 'Usage: npm run api'],
  ['web', ['--port', '3000'], 'Usage: npm run web'],
  ['backup', ['now'], 'npm run backup -- restore <file>'],
  ['backup', ['--quick'], 'Usage: npm run backup [-- <file or folder>]'],
  ['backup', ['restore'], 'Usage: npm run backup -- restore <file>'],
  ['migrate', ['down'], 'Usage: npm run migrate'],
  ['build', ['web'], 'Usage: npm run build'],
  ['dev', ['web'], 'Usage: npm run dev'],
  ['test', ['--nonsense'], 'Usage: npm test [-- <part of a test file’s path> …]'],
  ['access', ['mapp'], 'npm run access -- map [--json | --write]'],
  ['access', ['--jsn'], 'Usage: npm run access -- [map] [--json | --write]'],
  ['access', ['map', 'Task'], 'Usage: npm run access -- [map] [--json | --write]'],
  ['access', ['schema'], 'Usage: npm run --silent access -- schema --as'],
  ['access', ['policies', 'check'], 'Usage: npm run access -- policies [--check]'],
  ['access', ['grant', 'ada@example.com'], 'Usage: npm run access -- grant <e-mail address> <role>'],
  ['access', ['explain'], 'Usage: npm run access -- explain --as'],
  ['attack', ['--minutes', 'many'], 'npm run attack [-- --minutes'],
  ['attack', ['now'], 'npm run attack [-- --minutes'],
  ['mutants', ['acces'], 'Usage: npm run mutants [-- <access | access-17 | product> … --only'],
  ['mutants', ['--only'], 'Usage: npm run mutants [-- <access | access-17 | product> … --only'],
  ['verify', ['--minutes', 'many'], 'Usage: npm run verify [-- --minutes'],
  ['verify', ['now'], 'Usage: npm run verify [-- --minutes'],
  ['bench', ['speed'], 'Benchmarks:\n  access: '],
  ['bench', ['--jsn'], 'Usage: npm run bench [-- <name> … --json]'],
  ['bench', ['peers', '--only', 'lst'], '"lst" is no part of the benchmark "peers". Its parts: list, one, '],
  ['bench', ['peers', '--rounds', '0'], 'Invalid value for --rounds: "0"'],
  ['bench', ['--rounds', '2'], '--only and --rounds are of one benchmark'],
  ['bench', ['access', '--only', 'list'], '--only and --rounds are of one benchmark'],
  ['codegen', ['--check'], 'Usage: npm run codegen'],
  ['check', ['types'], 'Usage: npm run check'],
  ['keys', ['lst'], 'npm run keys -- list'],
  ['keys', ['list', 'all'], 'Usage: npm run keys -- list'],
  ['keys', ['rotate', 'now'], 'Usage: npm run keys -- rotate [--now]'],
  ['keys', ['retire'], 'Usage: npm run keys -- retire <kid> [--now]'],
  ['pictures', ['tasks'], 'Usage: npm run pictures'],
  ['format', ['--nonsense'], 'Usage: npm run format [-- <path> …]'],
];

describe('a command prints its usage and exits with 1 for invalid arguments', () => {
  // covers: ENGINE-16
  test.concurrent.each(INVALID)('%s prints its usage for %j', { timeout: 120_000 }, async (command, args, expected) => {
    const { code, stderr } = await run(command, args);
    expect(stderr).toContain(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  // covers: ENGINE-16
  test('the list of invalid arguments covers every command', () => {
    expect(SCRIPTS.filter((script) => !INVALID.some(([command]) => command === script))).toEqual([]);
  });
});

/** Arguments that request help of each command, and parts of the usage that it prints. */
const HELP: readonly (readonly [command: string, args: readonly string[], expected: readonly string[]])[] = [
  ['start', ['--help'], ['npm start (settings are environment variables)']],
  ['api', ['-h'], ['npm run api (settings are environment variables)']],
  ['web', ['-h'], ['npm run web (settings are environment variables)']],
  ['backup', ['-h'], ['npm run backup -- create', 'npm run backup -- restore <file>', 'Default: create']],
  ['backup', ['restore', '--help'], ['npm run backup -- restore <file> [--keep-sessions] [--secrets <folder>]']],
  ['migrate', ['--help'], ['npm run migrate (settings are environment variables)']],
  ['build', ['-h'], ['npm run build (WEB_BUILD_DIR']],
  ['dev', ['-h'], ['npm run dev (settings are environment variables)']],
  ['test', ['server/data', '--help'], ['npm test [-- <part of a test file’s path> …]']],
  [
    'access',
    ['--help'],
    ['map [--json', 'explain --as', 'grant <e-mail', 'policies [--check]', 'schema --as', 'Default: map'],
  ],
  ['access', ['map', '-h'], ['npm run access -- [map] [--json | --write]']],
  ['access', ['explain', '--help'], ['npm run access -- explain --as']],
  ['access', ['grant', '-h'], ['npm run access -- grant <e-mail address> <role>']],
  ['access', ['policies', '--help'], ['npm run access -- policies [--check]']],
  ['attack', ['--help'], ['npm run attack [-- --minutes']],
  ['mutants', ['-h'], ['npm run mutants [-- <access | access-17 | product> … --only']],
  ['verify', ['--help'], ['npm run verify [-- --minutes']],
  ['bench', ['--help'], ['npm run bench [-- <name> … --json]', 'bench -- peers [--only', '\n  access: ']],
  ['codegen', ['-h'], ['npm run codegen']],
  ['keys', ['-h'], ['keys -- list', 'keys -- rotate', 'keys -- retire', 'Default: list']],
  ['keys', ['list', '--help'], ['npm run keys -- list']],
  ['keys', ['rotate', '--now', '-h'], ['npm run keys -- rotate [--now]']],
  ['keys', ['retire', '--help'], ['npm run keys -- retire <kid> [--now]']],
  ['pictures', ['--help'], ['npm run pictures']],
  ['format', ['--help'], ['npm run format [-- <path> …]']],
  ['check', ['--help'], ['npm run check']],
];

describe('a command prints its usage and exits with 0 for --help or -h', () => {
  // covers: ENGINE-16
  test.concurrent.each(HELP)(
    '%s prints its usage for %j, and does nothing else',
    { timeout: 120_000 },
    async (command, args, expected) => {
      const { code, stdout, stderr } = await run(command, args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const expectedText of expected) expect(stdout).toContain(expectedText);
      expect(stdout.split('\n').length).toBeLessThan(24);
    },
  );

  // covers: ENGINE-16
  test('the list of help arguments covers every command', () => {
    expect(SCRIPTS.filter((script) => !HELP.some(([command]) => command === script))).toEqual([]);
  });
});

/** The exit code and output of a command. */
interface Outcome {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as the launcher does. */
function run(command: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', findCommandFile(ROOT, command) ?? command, ...args],
      { timeout: 110_000 },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
