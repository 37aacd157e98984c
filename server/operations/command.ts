import { HelpRequested } from './command-options.ts';
import { describeError } from './operator-error.ts';

/** What a command gets. */
export interface CommandContext {
  /** The environment of this process: nothing else in `cli/` reads it. */
  readonly environment: NodeJS.ProcessEnv;
  /** What stood after the command's name. */
  readonly args: readonly string[];
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, or the launcher's death: the command stops in good order. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** A command; resolves with its exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/**
 * Runs a command as this process: stops it once, however often it is asked to, and says what went wrong in words.
 * A command that was stopped has done what it should: its exit code is 0.
 */
export async function runCommand(command: Command): Promise<void> {
  const abortController = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abortController.abort());
  process.once('disconnect', () => abortController.abort());
  // A closed terminal must not end us before what we started has been stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => abortController.abort());
  const { signal } = abortController;
  const print = (line: string) => process.stdout.write(`${line}\n`);
  try {
    process.exitCode = await command({ environment: process.env, args: process.argv.slice(2), signal, print });
  } catch (error) {
    const isHelp = error instanceof HelpRequested;
    if (isHelp) print(error.message);
    else if (signal.aborted) print('Stopped.');
    else process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = isHelp || signal.aborted ? 0 : 1;
  }
  // The channel to the launcher would keep us alive.
  if (process.connected) process.disconnect();
}
