import { expect, test } from 'vitest';
import type { CommandContext } from './command.ts';
import { HelpRequested } from './command-options.ts';
import { OperatorError } from './operator-error.ts';
import { subcommands } from './subcommands.ts';

const run = (...args: string[]) => {
  const calls: string[] = [];
  const record = (name: string) => async (context: CommandContext) => calls.push(name, ...context.args);
  const command = subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: record('list'), usage: ': which there are' }],
      ['retire', { run: record('retire'), usage: '<kid>: an old one goes' }],
    ]),
  );
  void command({ args, environment: {}, signal: new AbortController().signal, print: () => {} });
  return calls;
};

test('the first argument names the one that runs, and the others are its own', () => {
  expect(run('retire', 'a', '--now')).toEqual(['retire', 'a', '--now']);
});

test('without a name the usual one runs, with the options that are there', () => {
  expect(run()).toEqual(['list']);
  expect(run('--json')).toEqual(['list', '--json']);
});

// covers: ENGINE-16
test.each(['--help', '-h'])('asked with %s it lists what there is, and runs nothing', (word) => {
  expect(() => run(word, 'retire')).toThrow(
    new HelpRequested(
      '  npm run keys -- list : which there are\n  npm run keys -- retire <kid>: an old one goes\nWith no name it is "list".',
    ),
  );
  expect(run('retire', word)).toEqual(['retire', word]);
});

test('a name that there is not is told, with those that there are', () => {
  expect(() => run('revoke')).toThrow(
    new OperatorError(
      'There is no "npm run keys -- revoke".\n  npm run keys -- list : which there are\n  npm run keys -- retire <kid>: an old one goes',
    ),
  );
});
