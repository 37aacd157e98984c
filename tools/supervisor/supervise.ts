import { setTimeout as delay } from 'node:timers/promises';
import { OperatorError, TransientError } from '../../server/operations/operator-error.ts';
import { RestartBudget } from './restart-budget.ts';
import { watchFiles } from './watch-files.ts';

/** One run of a service: of the API, the web app, or the embedded database. */
export interface ServiceRun {
  /** The subject of "ended" in messages. */
  readonly name: string;
  readonly pid: number;
  /** Resolves when the service accepts requests; stays pending if it ends before that. */
  readonly ready: Promise<void>;
  /** Resolves with a clause that names the signal or exit code, also after `stop`. */
  readonly ended: Promise<string>;
  /** The message with which the service refused to start; undefined if it did not refuse. */
  readonly refusal: string | undefined;
  /** Ends the process. Resolves when it has exited. */
  readonly stop: () => Promise<void>;
}

/** The source files of a service, for `npm run dev`. */
export interface Sources {
  /** Absolute paths; their subfolders are watched too. */
  readonly folders: readonly string[];
  /** Whether a change of this file (an absolute path) restarts the service. */
  readonly isIncluded: (file: string) => boolean;
}

/** Something that a service cannot start without, such as a database. */
export interface Dependency {
  /** The subject of "answers" in messages. */
  readonly name: string;
  /** Whether it is available now; resolves within a few seconds, with false if the signal is aborted. */
  readonly isAvailable: (signal: AbortSignal) => Promise<boolean>;
  /** Resolves when it is available. Rejects when the signal is aborted. */
  readonly whenAvailable: (signal: AbortSignal) => Promise<void>;
}

/** How a service is supervised. */
export interface SuperviseOptions {
  /** Prints one line for each restart, with its cause. */
  readonly log: (line: string) => void;
  /** Restarts the service when one of these files changes; a service that is given up then waits for a change. Default: none. */
  readonly sources?: Sources;
  /**
   * A service that ends while this dependency is unavailable is restarted when it is available again, however long that
   * takes. Such a restart is not counted against the budget. Default: none.
   */
  readonly dependency?: Dependency;
  /** Default: five restarts a minute. */
  readonly budget?: RestartBudget;
}

/** A service that is restarted when it ends. */
export interface SupervisedService {
  readonly name: string;
  /** The process id of the current run; of the last one between two runs. */
  readonly pid: number;
  /** Resolves with the reason if the service is given up. */
  readonly failed: Promise<string>;
  /** Ends the service, or the wait for its restart, and the supervision. */
  readonly stop: () => Promise<void>;
}

/**
 * Restarts a service with backoff when it ends by itself. It is given up if the budget is used up, if the service refused
 * to start, or if it ended before it was ready even once: another attempt would end the same way.
 * @param firstRun a run that has been started
 * @param restart starts another run after the last one has ended; the signal ends the attempt
 */
export function supervise(
  firstRun: ServiceRun,
  restart: (signal: AbortSignal) => Promise<ServiceRun>,
  { log, sources, dependency, budget = new RestartBudget() }: SuperviseOptions,
): SupervisedService {
  const { name } = firstRun;
  const stopping = new AbortController();
  const { signal } = stopping;
  const failed = Promise.withResolvers<string>();
  let current = firstRun;
  let change = Promise.withResolvers<'changed'>();
  const stopWatching = sources && watchFiles(sources.folders, sources.isIncluded, () => change.resolve('changed'));
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  /** Whether these sources and settings have been ready: if not, a restart would fail the same way. */
  let wasReady = false;

  const noteReady = async (run: ServiceRun) => {
    await run.ready;
    if (current !== run) return;
    wasReady = true;
  };
  const track = (run: ServiceRun) => {
    current = run;
    void noteReady(run);
  };

  /** Resolves when the service may be started again, or with `stopped` if it never may. */
  const waitForRestart = async (end: string): Promise<'again' | 'changed' | 'stopped'> => {
    if (current.refusal === undefined && dependency !== undefined && !(await dependency.isAvailable(signal))) {
      if (signal.aborted) return 'stopped';
      log(`  ${end}; restarting when ${dependency.name} answers`);
      const available = dependency.whenAvailable(signal).then(
        () => 'again' as const,
        () => 'stopped' as const,
      );
      return Promise.race([available, change.promise]);
    }
    const wait = current.refusal === undefined && wasReady ? budget.next(Date.now()) : null;
    if (wait !== null) {
      log(`  ${end}; restarting in ${(wait / 1_000).toFixed(1)} s`);
      const waited = delay(wait, 'again' as const, { signal }).catch(() => 'stopped' as const);
      return Promise.race([waited, change.promise]);
    }
    if (sources === undefined) {
      failed.resolve(failureReason(current, end, wasReady, budget.maxRestarts));
      return stopped;
    }
    log(`  ${end}; it restarts when a file changes.`);
    return Promise.race([change.promise, stopped]);
  };

  const superviseUntilStopped = async () => {
    track(firstRun);
    for (;;) {
      const run = current;
      const end = await Promise.race([stopped, change.promise, run.ended.then((cause) => ({ cause }))]);
      if (end === 'stopped') break;
      const next = end === 'changed' ? end : await waitForRestart(end.cause);
      if (next === 'stopped') break;
      if (next === 'changed') {
        change = Promise.withResolvers();
        wasReady = false;
        await run.stop();
      }
      if (signal.aborted) break;
      track(await tryRestart(name, restart, signal));
    }
    await current.stop();
  };
  const finished = superviseUntilStopped();

  return {
    name,
    get pid() {
      return current.pid;
    },
    failed: failed.promise,
    stop: async () => {
      stopWatching?.();
      stopping.abort();
      await finished;
    },
  };
}

function failureReason({ name, refusal }: ServiceRun, end: string, wasReady: boolean, maxRestarts: number): string {
  if (refusal !== undefined) return `${name} refused to start: ${refusal}`;
  return wasReady ? `${end}, after ${maxRestarts} restarts within a minute` : end;
}

/** Starts another run; if that fails, returns a run that has already ended with the error's message. */
async function tryRestart(
  name: string,
  restart: (signal: AbortSignal) => Promise<ServiceRun>,
  signal: AbortSignal,
): Promise<ServiceRun> {
  try {
    return await restart(signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      pid: 0,
      ready: new Promise<never>(() => undefined),
      ended: Promise.resolve(`${name} could not be started: ${reason}`),
      refusal: error instanceof OperatorError && !(error instanceof TransientError) ? reason : undefined,
      stop: () => Promise.resolve(),
    };
  }
}
