import { expect, test } from 'vitest';
import type { CommandContext } from './run-command.ts';
import { HelpRequested } from './parse-options.ts';
import { OperatorError } from './operator-error.ts';
import { subcommands } from './subcommands.ts';

const run = (...args: string[]) => {
  const calls: string[] = [];
  const record = (name: string) => async (context: CommandContext) => calls.push(name, ...context.args);
  const command = subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: record('list'), usage: ': lists the keys' }],
      ['retire', { run: record('retire'), usage: '<kid>: removes a key' }],
    ]),
  );
  void command({ args, environment: {}, signal: new AbortController().signal, print: () => {} });
  return calls;
};

test('subcommands runs the one that the first argument names, with the other arguments', () => {
  expect(run('retire', 'a', '--now')).toEqual(['retire', 'a', '--now']);
});

test('subcommands runs the default one if the first argument is missing or an option', () => {
  expect(run()).toEqual(['list']);
  expect(run('--json')).toEqual(['list', '--json']);
});

// covers: ENGINE-16
test.each(['--help', '-h'])('subcommands lists the names for %s, and runs nothing', (flag) => {
  expect(() => run(flag, 'retire')).toThrow(
    new HelpRequested(
      '  npm run keys -- list: lists the keys\n  npm run keys -- retire <kid>: removes a key\nDefault: list',
    ),
  );
  expect(run('retire', flag)).toEqual(['retire', flag]);
});

test('subcommands rejects an unknown name, and lists the names', () => {
  expect(() => run('revoke')).toThrow(
    new OperatorError(
      'There is no command "npm run keys -- revoke". Commands:\n  npm run keys -- list: lists the keys\n  npm run keys -- retire <kid>: removes a key',
    ),
  );
});
