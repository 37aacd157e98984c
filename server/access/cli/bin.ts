#!/usr/bin/env node
import { runCli } from './run-cli.ts';
import { EXIT } from './command.ts';

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
let exitCode: number = EXIT.badUse;
try {
  exitCode = await runCli(process.argv.slice(2), { print: write(process.stdout), printError: write(process.stderr) });
} catch (error) {
  // A bug of this command: not 1, which would say that the schema has findings.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}
// A module that was imported for its schema or rules can keep the process alive, for example with a database pool. A
// pipe may still hold output.
process.stdout.write('', () => process.exit(exitCode));
