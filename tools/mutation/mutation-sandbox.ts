import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError } from '../../server/operations/operator-error.ts';
import { copyTree } from './copy-tree.ts';
import type { Trial, TrialResult } from './trial.ts';

const GRACE_MILLISECONDS = 15_000;

/** A place for trials, one at a time, in which nothing can harm the tree that it was copied from. */
export interface MutationSandbox {
  /** @throws {OperatorError} when its process has ended */
  readonly runTrial: (trial: Trial) => Promise<TrialResult>;
  /** Ends it and removes its folder. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a laboratory: a copy of the tree with a vitest in it.
 * @param folder where the copy goes
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
  // Not `close`, which never comes once we have disconnected.
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    runTrial: ({ test, mutant }) => {
      output = '';
      const exitedEarly = exited.then((): never => {
        throw new OperatorError(
          `The process that runs ${test} with the fault "${mutant?.name}" ended:\n${output.trim()}`,
        );
      });
      const result = new Promise<TrialResult>((resolve) => child.once('message', resolve));
      // A callback, because a process that has ended is told of by its end, not as an error of the channel.
      child.send({ test, mutant }, () => undefined);
      return Promise.race([result, exitedEarly]);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const killAborter = new AbortController();
      const killTimer = delay(GRACE_MILLISECONDS, null, { signal: killAborter.signal }).then(
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
