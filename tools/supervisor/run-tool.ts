import { spawn } from 'node:child_process';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { ROOT } from '../../server/operations/paths.ts';

const TIMEOUT_MILLISECONDS = 15 * 60_000;

/** The result of a tool. */
export interface ToolResult {
  readonly code: number;
  /** The output on both streams, in order. */
  readonly output: string;
}

/** The options of a tool. */
export interface ToolOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Sends SIGTERM to the tool. */
  readonly signal?: AbortSignal | undefined;
  /** Whether it prints to the terminal, not into the result. Default: false. */
  readonly inheritOutput?: boolean;
  /** In milliseconds. Default: 15 minutes. */
  readonly timeout?: number;
}

/**
 * Runs a script to its end, under this process's Node, with the repository as its working directory.
 * @param script absolute path of the script
 * @throws {OperatorError} if it was killed or ran out of time
 */
export async function runTool(
  script: string,
  args: readonly string[],
  { environment, signal, inheritOutput = false, timeout = TIMEOUT_MILLISECONDS }: ToolOptions,
): Promise<ToolResult> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    // The cache is for processes that start often: a build would add all its tools to it.
    env: { ...environment, NODE_COMPILE_CACHE: undefined },
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
 * Runs a tool and throws if its exit code is not 0.
 * @param purpose the subject of "failed" in the message
 * @throws {OperatorError} with the tool's output
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
