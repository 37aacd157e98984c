import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { applyMutant } from './apply-mutant.ts';
import { copyTree } from './copy-tree.ts';
import type { Mutant } from './mutant.ts';
import type { Trial, TrialRequest, TrialResult } from './trial.ts';

/** Milliseconds that the process has for its teardown. */
const GRACE_PERIOD = 15_000;

/** Runs trials, one at a time, in a copy of the repository. */
export interface MutationSandbox {
  /** @throws {OperatorError} when the sandbox's process has exited */
  readonly runTrial: (trial: Trial) => Promise<TrialResult>;
  /** Ends the process and removes the copy. */
  readonly close: () => Promise<void>;
}

/**
 * Copies the repository and starts a process there, in which one vitest runs all trials.
 * @param folder of the copy
 * @param environment of the tests
 */
export function openSandbox(folder: string, environment: NodeJS.ProcessEnv): MutationSandbox {
  copyTree(folder);
  const child = fork(path.join(folder, 'tools/mutation/sandbox-worker.ts'), {
    cwd: folder,
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  // Not `close`, which is not emitted after a disconnect.
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    runTrial: async ({ test, project = 'unit', mutant }) => {
      output = '';
      let replacement: TrialRequest['replacement'];
      try {
        replacement = mutant && { file: mutant.file, text: mutatedText(folder, mutant) };
      } catch (error) {
        if (!(error instanceof OperatorError) || !fs.existsSync(folder)) throw error;
        return { kind: 'none', reason: error.message };
      }
      const exitedEarly = exited.then((): never => {
        throw new OperatorError(
          `The process that runs ${test} with the mutant "${mutant?.name}" exited:\n${output.trim()}`,
        );
      });
      const result = new Promise<TrialResult>((resolve) => child.once('message', resolve));
      // With a callback, because `exited` reports a process that is gone; without one, `send` would emit an error too.
      child.send({ test, project, replacement } satisfies TrialRequest, () => undefined);
      return Promise.race([result, exitedEarly]);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const killAborter = new AbortController();
      const killTimer = delay(GRACE_PERIOD, null, { signal: killAborter.signal }).then(
        () => child.kill('SIGKILL'),
        () => false,
      );
      await exited;
      killAborter.abort();
      await killTimer;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mutatedText(folder: string, mutant: Mutant): string {
  return applyMutant(fs.readFileSync(path.join(folder, mutant.file), 'utf8'), mutant);
}
