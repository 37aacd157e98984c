import { UnsupportedGraphqlError } from '../index.ts';
import { checkCommand } from './check-command.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { diffCommand } from './diff-command.ts';
import { explainCommand } from './explain-command.ts';
import { initCommand } from './init-command.ts';
import { mapCommand } from './map-command.ts';
import { migrateCommand } from './migrate/migrate-command.ts';
import { policiesCommand } from './policies-command.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['init', initCommand],
  ['check', checkCommand],
  ['map', mapCommand],
  ['explain', explainCommand],
  ['diff', diffCommand],
  ['policies', policiesCommand],
  ['migrate', migrateCommand],
]);

/** Where a command prints. */
export interface Output {
  print(text: string): void;
  printError(text: string): void;
}

/** Runs `fieldgate` with its arguments; resolves with the exit code. Only bugs reject it. */
export async function runCli(args: readonly string[], { print, printError }: Output): Promise<number> {
  const [name, ...rest] = args;
  const isHelp = (argument: string | undefined) => argument === '--help' || argument === '-h';
  if (isHelp(name)) {
    print(overview());
    return EXIT.fine;
  }
  const command = COMMANDS.get(name ?? '');
  if (command === undefined) {
    const error = name === undefined ? 'A command is required.' : `There is no command "${name}".`;
    printError(`${error}\n\n${overview()}`);
    return EXIT.badUse;
  }
  if (rest.some(isHelp)) {
    print(command.help);
    return EXIT.fine;
  }
  try {
    return await command.run(rest, print);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof UnsupportedGraphqlError)) throw error;
    printError(`${error.message}\nSee: fieldgate ${name} --help`);
    return EXIT.badUse;
  }
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `fieldgate <command>: inspects a GraphQL schema that is its own access policy.\n\n${lines.join('\n')}\n\nfieldgate <command> --help prints the options.`;
}
