import { expect, test } from 'vitest';
import type { CommandContext } from './command.ts';
import { HelpAsked } from './options.ts';
import { Problem } from './problem.ts';
import { subcommands } from './subcommands.ts';

const run = (...args: string[]) => {
  const heard: string[] = [];
  const hear = (name: string) => async (context: CommandContext) => heard.push(name, ...context.args);
  const command = subcommands(
    'keys',
    'list',
    new Map([
      ['list', { run: hear('list'), says: ': which there are' }],
      ['retire', { run: hear('retire'), says: '<kid>: an old one goes' }],
    ]),
  );
  void command({ args, environment: {}, signal: new AbortController().signal, print: () => {} });
  return heard;
};

test('the first argument names the one that runs, and the others are its own', () => {
  expect(run('retire', 'a', '--now')).toEqual(['retire', 'a', '--now']);
});

test('without a name the usual one runs, with the options that are there', () => {
  expect(run()).toEqual(['list']);
  expect(run('--json')).toEqual(['list', '--json']);
});

test.each(['--help', '-h'])('asked with %s it lists what there is, and runs nothing', (word) => {
  expect(() => run(word, 'retire')).toThrow(
    new HelpAsked(
      '  npm run keys -- list : which there are\n  npm run keys -- retire <kid>: an old one goes\nWith no name it is "list".',
    ),
  );
  expect(run('retire', word)).toEqual(['retire', word]);
});

test('a name that there is not is told, with those that there are', () => {
  expect(() => run('revoke')).toThrow(
    new Problem(
      'There is no "npm run keys -- revoke".\n  npm run keys -- list : which there are\n  npm run keys -- retire <kid>: an old one goes',
    ),
  );
});
