import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inRoot } from './stack/paths.ts';

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
  ['faults', ['acces'], 'Write: npm run faults [-- <access | product> … --only'],
  ['faults', ['--only'], 'Write: npm run faults [-- <access | product> … --only'],
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
  test.concurrent.each(WRONG)('%s %j', { timeout: 60_000 }, async (command, args, says) => {
    const { code, said } = await run(command, args);
    expect(said).toContain(says);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  test('all of them', () => {
    const { scripts } = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts).filter((script) => !WRONG.some(([command]) => command === script))).toEqual([]);
  });
});

/** Runs a command as the launcher would, and what it wrote to standard error. */
function run(command: string, args: readonly string[]): Promise<{ readonly code: unknown; readonly said: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [inRoot('server/cli', `${command}.ts`), ...args],
      { timeout: 30_000 },
      (error, _, said) => resolve({ code: error?.code ?? 0, said }),
    );
  });
}
