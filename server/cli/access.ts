import { explain } from './access/explain.ts';
import { grant } from './access/grant.ts';
import { map } from './access/map.ts';
import { policies } from './access/policies.ts';
import { type Command, runCommand } from './command.ts';
import { Problem } from './problem.ts';

/** What can be asked of the access policy; the first is meant where none is named. */
const SUBCOMMANDS: ReadonlyMap<string, { readonly run: Command; readonly says: string }> = new Map([
  ['map', { run: map, says: '[--json | --write]: who may reach what' }],
  [
    'explain',
    { run: explain, says: '--as <who> <file> [--variables <file>] [--operation <name>] [--json]: why it may run' },
  ],
  ['grant', { run: grant, says: '<e-mail address> <role>: gives an account a role' }],
  ['policies', { run: policies, says: '[--check]: the SQL of row-level security; or where the database differs' }],
]);

/** `npm run access -- <what> …`: what the schema says of who may reach what. */
await runCommand((context) => {
  const [first = 'map', ...rest] = context.args;
  // Options without a name before them are those of the map.
  const [name, args] = first.startsWith('-') ? ['map', context.args] : [first, rest];
  const subcommand = SUBCOMMANDS.get(name);
  if (subcommand === undefined) throw new Problem(`There is no "npm run access -- ${name}".\n${usage()}`);
  return subcommand.run({ ...context, args });
});

function usage(): string {
  return [...SUBCOMMANDS].map(([name, { says }]) => `  npm run access -- ${name} ${says}`).join('\n');
}
