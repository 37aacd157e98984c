import { type Command, runCommand } from './command.ts';
import { list, retire, rotate } from './keys/commands.ts';
import { Problem } from './problem.ts';

const SUBCOMMANDS: ReadonlyMap<string, { readonly run: Command; readonly says: string }> = new Map([
  ['list', { run: list, says: ': which keys there are, and which one signs' }],
  ['rotate', { run: rotate, says: '[--now]: a new key, without a request lost' }],
  ['retire', { run: retire, says: '<kid> [--now]: an old key goes' }],
]);

/** `npm run keys -- <what>`: the keys that access tokens are signed with. */
await runCommand((context) => {
  const [name = 'list', ...args] = context.args;
  const subcommand = SUBCOMMANDS.get(name);
  if (subcommand === undefined) throw new Problem(`There is no "npm run keys -- ${name}".\n${usage()}`);
  return subcommand.run({ ...context, args });
});

function usage(): string {
  return [...SUBCOMMANDS].map(([name, { says }]) => `  npm run keys -- ${name} ${says}`).join('\n');
}
