import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../problem.ts';
import { copyTree } from './copy.ts';
import type { Trial, Verdict } from './trial.ts';

const GRACE_MILLISECONDS = 15_000;

/** A place for trials, one at a time, in which nothing can harm the tree that it was copied from. */
export interface Laboratory {
  /** @throws {Problem} when its process has ended */
  readonly verdictOn: (trial: Trial) => Promise<Verdict>;
  /** Ends it and removes its folder. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a laboratory: a copy of the tree with a vitest in it.
 * @param folder where the copy goes
 * @param environment of the tests
 */
export function openLaboratory(folder: string, environment: NodeJS.ProcessEnv): Laboratory {
  copyTree(folder);
  const child = fork(path.join(folder, 'server/cli/faults/worker.ts'), {
    cwd: folder,
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  // Not `close`, which never comes once we have disconnected.
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    verdictOn: ({ test, fault }) => {
      output = '';
      const ended = gone.then((): never => {
        throw new Problem(`The process that runs ${test} with the fault "${fault?.name}" ended:\n${output.trim()}`);
      });
      const answered = new Promise<Verdict>((resolve) => child.once('message', resolve));
      // A callback, because a process that has ended is told of by its end, not as an error of the channel.
      child.send({ test, fault }, () => undefined);
      return Promise.race([answered, ended]);
    },
    close: async () => {
      if (child.connected) child.disconnect();
      const late = new AbortController();
      const killing = delay(GRACE_MILLISECONDS, null, { signal: late.signal }).then(
        () => child.kill('SIGKILL'),
        () => false,
      );
      await gone;
      late.abort();
      await killing;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
