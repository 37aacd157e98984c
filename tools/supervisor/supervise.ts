import { setTimeout as delay } from 'node:timers/promises';
import { PassingProblem, OperatorError } from '../../server/operations/operator-error.ts';
import { watchFiles } from './watch-files.ts';
import { RestartBudget } from './restart-budget.ts';

/** One run of a part of the stack: a service, or the embedded database. */
export interface Part {
  /** As the subject of "ended". */
  readonly name: string;
  readonly pid: number;
  /** Resolves once it serves; stays pending if it ends before. */
  readonly ready: Promise<void>;
  /** Its end, in words with the signal or exit code; for one that was asked to stop as well. */
  readonly ended: Promise<string>;
  /** The sentence with which it refused to start; undefined if it did not refuse. */
  readonly refusal: string | undefined;
  /** Ends it. Resolves when it has gone. */
  readonly stop: () => Promise<void>;
}

/** The files from which a part is made, for `npm run dev`. */
export interface Sources {
  /** Where they are, or in a folder below; absolute. */
  readonly folders: readonly string[];
  /** Whether a file is one of them, by its absolute path. */
  readonly counts: (file: string) => boolean;
}

/** What a part cannot start without, such as a database. */
export interface Dependency {
  /** As the subject of "answers". */
  readonly name: string;
  /** Whether it answers now; within a few seconds, and false where the signal is aborted. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>;
  /** Resolves once it answers. Rejects when the signal is aborted. */
  readonly untilAnswers: (signal: AbortSignal) => Promise<void>;
}

/** How a part is supervised. */
export interface SuperviseOptions {
  /** Prints a line for each restart, with its cause. */
  readonly say: (line: string) => void;
  /** Starts the part again when one of these changes; then a part that is given up waits for a change. Default: none. */
  readonly sources?: Sources;
  /**
   * A part that ends while this does not answer is restarted when it does, however long that takes: such a restart is not
   * counted. Default: none.
   */
  readonly needs?: Dependency;
  /** Default: five restarts in a minute. */
  readonly budget?: RestartBudget;
}

/** A part that is restarted when it ends. */
export interface Supervised {
  readonly name: string;
  /** The process id of its present run; of its last one between two runs. */
  readonly pid: number;
  /** Resolves with the reason if the part is given up. */
  readonly failed: Promise<string>;
  /** Ends the part, or the wait for its restart, and the supervision. */
  readonly stop: () => Promise<void>;
}

/**
 * Keeps a part running: when it ends by itself, it is restarted, with backoff. It is given up if restarts are used up, if
 * it refused to start, or if it ended before it has served even once: what is wrong then is wrong at every try.
 * @param first its first run
 * @param restart begins another run, once the one before has ended; the signal ends the attempt
 */
export function supervise(
  first: Part,
  restart: (signal: AbortSignal) => Promise<Part>,
  { say, sources, needs, budget = new RestartBudget() }: SuperviseOptions,
): Supervised {
  const { name } = first;
  const stopping = new AbortController();
  const { signal } = stopping;
  const failed = Promise.withResolvers<string>();
  let part = first;
  let change = Promise.withResolvers<'changed'>();
  const unfollow = sources && watchFiles(sources.folders, sources.counts, () => change.resolve('changed'));
  const stopped = new Promise<'stopped'>((resolve) => {
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  /** Whether the present sources and settings have served: only then is an end an accident. */
  let hasServed = false;

  const noteReady = async (run: Part) => {
    await run.ready;
    if (part !== run) return;
    hasServed = true;
  };
  const follow = (run: Part) => {
    part = run;
    void noteReady(run);
  };

  /** @returns once the part may be started again; `stopped` if it never is */
  const pause = async (end: string): Promise<'again' | 'changed' | 'stopped'> => {
    if (part.refusal === undefined && needs !== undefined && !(await needs.answers(signal))) {
      if (signal.aborted) return 'stopped';
      say(`  ${end}; restarting when ${needs.name} answers`);
      const answered = needs.untilAnswers(signal).then(
        () => 'again' as const,
        () => 'stopped' as const,
      );
      return Promise.race([answered, change.promise]);
    }
    const wait = part.refusal === undefined && hasServed ? budget.next(Date.now()) : null;
    if (wait !== null) {
      say(`  ${end}; restarting in ${(wait / 1_000).toFixed(1)} s`);
      const waited = delay(wait, 'again' as const, { signal }).catch(() => 'stopped' as const);
      return Promise.race([waited, change.promise]);
    }
    if (sources === undefined) {
      failed.resolve(reasonOf(part, end, hasServed, budget.most));
      return stopped;
    }
    say(`  ${end}; it starts again when a file changes.`);
    return Promise.race([change.promise, stopped]);
  };

  const keep = async () => {
    follow(first);
    for (;;) {
      const run = part;
      const end = await Promise.race([stopped, change.promise, run.ended.then((cause) => ({ cause }))]);
      if (end === 'stopped') break;
      const next = end === 'changed' ? end : await pause(end.cause);
      if (next === 'stopped') break;
      if (next === 'changed') {
        change = Promise.withResolvers();
        hasServed = false;
        await run.stop();
      }
      if (signal.aborted) break;
      follow(await attempt(name, restart, signal));
    }
    await part.stop();
  };
  const kept = keep();

  return {
    name,
    get pid() {
      return part.pid;
    },
    failed: failed.promise,
    stop: async () => {
      unfollow?.();
      stopping.abort();
      await kept;
    },
  };
}

function reasonOf({ name, refusal }: Part, end: string, hasServed: boolean, most: number): string {
  if (refusal !== undefined) return `${name} refused to start: ${refusal}`;
  return hasServed ? `${end}, after ${most} restarts within a minute` : end;
}

/** Another run; one that has already ended if it could not begin. */
async function attempt(
  name: string,
  restart: (signal: AbortSignal) => Promise<Part>,
  signal: AbortSignal,
): Promise<Part> {
  try {
    return await restart(signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      name,
      pid: 0,
      ready: new Promise<never>(() => undefined),
      ended: Promise.resolve(`${name} could not be started: ${reason}`),
      refusal: error instanceof OperatorError && !(error instanceof PassingProblem) ? reason : undefined,
      stop: () => Promise.resolve(),
    };
  }
}
