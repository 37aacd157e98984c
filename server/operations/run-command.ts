import { describeError, exitCodeOf } from './operator-error.ts';
import { HelpRequested } from './parse-options.ts';

/** The input of a command. */
export interface CommandContext {
  /** The environment of this process; commands do not read `process.env`. */
  readonly environment: NodeJS.ProcessEnv;
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, or the launcher's exit: the command then shuts down cleanly. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** A command; resolves with its exit code. */
export type Command = (context: CommandContext) => Promise<number>;

/**
 * Runs a command as this process: aborts its signal once, however many signals arrive, and prints its error. The exit code
 * of a command that was aborted is 0.
 */
export async function runCommand(command: Command): Promise<void> {
  const abortController = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abortController.abort());
  process.once('disconnect', () => abortController.abort());
  // If the terminal is closed, a write fails: it must not end this process before its child processes have been stopped.
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
    process.exitCode = isHelp || signal.aborted ? 0 : exitCodeOf(error);
  }
  // The IPC channel to the launcher would keep the process alive.
  if (process.connected) process.disconnect();
}
