import { spawn } from 'node:child_process';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { ROOT } from '../../server/operations/paths.ts';

const TIMEOUT_MILLISECONDS = 15 * 60_000;

/** How a tool ended. */
export interface ToolResult {
  readonly code: number;
  /** What it printed on both streams, in order. */
  readonly output: string;
}

/** What a tool is run with. */
export interface ToolOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Ends the tool with SIGTERM. */
  readonly signal?: AbortSignal | undefined;
  /** Whether its output goes to the terminal instead of into the outcome. Default: false. */
  readonly inheritOutput?: boolean;
  /** In milliseconds. Default: 15 minutes. */
  readonly timeout?: number;
}

/**
 * Runs a script under our Node, in the repository, to its end.
 * @param script absolute path of the script
 * @throws {OperatorError} when it could not end by itself: aborted or out of time
 */
export async function runTool(
  script: string,
  args: readonly string[],
  { environment, signal, inheritOutput = false, timeout = TIMEOUT_MILLISECONDS }: ToolOptions,
): Promise<ToolResult> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: environment,
    stdio: inheritOutput ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (code === null)
      throw new OperatorError(`${script} was killed, or took longer than ${timeout / 1_000} s.\n${output}`);
    return { code, output };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * Runs a tool that has to succeed.
 * @param purpose what it is for, as the subject of "failed"
 * @throws {OperatorError} with what it printed
 */
export async function runRequiredTool(
  purpose: string,
  script: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<void> {
  const { code, output } = await runTool(script, args, options);
  if (/ENOSPC|no space left/i.test(output) && code !== 0)
    throw new OperatorError(`The disk that holds ${ROOT} is full: make room and try again.`);
  if (code !== 0) throw new OperatorError(`${purpose} failed:\n${output.trim()}`);
}
