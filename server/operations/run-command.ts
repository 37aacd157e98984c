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

/** The options of `runCommand`. */
export interface RunOptions {
  /** Whether SIGHUP aborts the command too; if not, the command handles it. Default: true. */
  readonly hangUpAborts?: boolean;
  /** The exit code of a command that was aborted before its end. Default: 0; a job that has not done its work fails. */
  readonly abortedExitCode?: number;
}

/**
 * Runs a command as this process: aborts its signal once, however many signals arrive, and prints its error.
 */
export async function runCommand(
  command: Command,
  { hangUpAborts = true, abortedExitCode = 0 }: RunOptions = {},
): Promise<void> {
  const abortController = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', ...(hangUpAborts ? (['SIGHUP'] as const) : [])] as const;
  for (const signal of signals) process.on(signal, () => abortController.abort());
  // Without a listener the signal would end this process.
  if (!hangUpAborts) process.on('SIGHUP', () => {});
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
    process.exitCode = isHelp ? 0 : signal.aborted ? abortedExitCode : exitCodeOf(error);
  }
  // The IPC channel to the launcher would keep the process alive.
  if (process.connected) process.disconnect();
}
