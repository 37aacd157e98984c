import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { DRAINING } from '../../runtime/draining.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import { trackProcess } from './start-service.ts';
import { type SupervisedService, supervise } from './supervise.ts';

/** How long a worker may take until it is ready, in milliseconds. */
const READY_MILLISECONDS = 60_000;

/** The options of `startWorkerPool`. */
export interface WorkerPoolOptions {
  /** The service as users know it, such as `the API`. */
  readonly name: string;
  /** The script of a worker, which listens on a port and reports `ready` (`runtime/process-report.ts`). */
  readonly script: string;
  /** Node's flags of a worker, beside those of this process. Default: none. */
  readonly flags?: readonly string[];
  readonly count: number;
  /** Variables beside those of this process; undefined removes one. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Called with a line for each worker that ended, is restarted or is given up. */
  readonly log: (line: string) => void;
}

/** Worker processes that share a port. */
export interface WorkerPool {
  /**
   * Resolves when every worker is ready.
   * @throws {OperatorError} if one ended before that
   */
  readonly ready: Promise<void>;
  /** Resolves with the reason if the last worker was given up. One that is given up alone leaves the others running. */
  readonly failed: Promise<string>;
  /** The number of workers that are not given up. */
  readonly running: number;
  /**
   * Replaces the workers, one after the other: a new one takes requests before the old one stops accepting and finishes its
   * own. If a new one does not become ready, the old ones stay. A call during a restart causes another one after it.
   */
  readonly restart: () => Promise<void>;
  /** Tells all workers, and those that are started later, that they will be stopped: `GET /readyz` answers 503 from then on. */
  readonly announceStop: () => void;
  /** Ends all workers: they finish their requests first. */
  readonly stop: () => Promise<void>;
}

/** One worker, which is restarted with backoff when it ends. */
interface Slot {
  readonly service: SupervisedService;
  readonly ready: Promise<void>;
}

/**
 * Starts workers of this process with `node:cluster`: this process accepts connections and hands them to the workers in
 * turn. A process has one pool: `node:cluster` is global.
 */
export function startWorkerPool({ name, script, flags = [], count, environment, log }: WorkerPoolOptions): WorkerPool {
  cluster.setupPrimary({ exec: script, args: [], execArgv: [...process.execArgv, ...flags] });
  const stopping = new AbortController();
  const failed = Promise.withResolvers<string>();
  /** Every slot whose worker may run: during a restart one more than `count`. */
  const started = new Set<Slot>();
  const givenUp = new Set<Slot>();

  let isStopAnnounced = false;
  const fork = () => {
    const worker = cluster.fork(environment);
    if (isStopAnnounced) worker.send(DRAINING);
    return trackProcess(`a worker of ${name}`, worker.process);
  };
  const startSlot = (): Slot => {
    const run = fork();
    const service = supervise(run, async () => fork(), { log });
    const failure = service.failed.then((reason) => {
      throw new OperatorError(sentence(capitalized(reason)));
    });
    const late = delay(READY_MILLISECONDS, undefined, { signal: stopping.signal, ref: false }).then(() => {
      throw new OperatorError(`A worker of ${name} was not ready within ${READY_MILLISECONDS / 1_000} s.`);
    });
    const slot = { service, ready: Promise.race([run.ready, failure, late]) };
    // Handled by whoever waits; a rejection after that is reported by `giveUp`.
    for (const promise of [slot.ready, failure, late]) promise.catch(() => undefined);
    started.add(slot);
    void service.failed.then((reason) => giveUp(slot, reason));
    return slot;
  };
  const giveUp = (slot: Slot, reason: string) => {
    if (!slots.includes(slot)) return;
    givenUp.add(slot);
    log(`${reason}; it is not restarted`);
    if (slots.every((each) => givenUp.has(each))) failed.resolve(reason);
  };
  const stopSlot = async (slot: Slot) => {
    await slot.service.stop();
    started.delete(slot);
    givenUp.delete(slot);
  };

  const replaceAll = async () => {
    for (const [index, old] of slots.entries()) {
      if (stopping.signal.aborted) return;
      const next = startSlot();
      try {
        await next.ready;
      } catch (error) {
        await stopSlot(next);
        if (!stopping.signal.aborted)
          log(`the restart has stopped, and the old workers stay: ${error instanceof Error ? error.message : ''}`);
        return;
      }
      slots[index] = next;
      await stopSlot(old);
    }
  };
  let restarting: Promise<void> | undefined;
  let isRequestedAgain = false;
  const restartUntilCurrent = async () => {
    do {
      isRequestedAgain = false;
      await replaceAll();
    } while (isRequestedAgain && !stopping.signal.aborted);
    restarting = undefined;
  };

  const slots: Slot[] = [];
  for (let index = 0; index < count; index += 1) slots.push(startSlot());
  const ready = Promise.all(slots.map((slot) => slot.ready)).then(() => undefined);
  ready.catch(() => undefined);
  return {
    ready,
    failed: failed.promise,
    get running() {
      return started.size - givenUp.size;
    },
    restart() {
      isRequestedAgain = restarting !== undefined;
      return (restarting ??= restartUntilCurrent());
    },
    announceStop() {
      isStopAnnounced = true;
      for (const worker of Object.values(cluster.workers ?? {})) if (worker?.isConnected()) worker.send(DRAINING);
    },
    async stop() {
      stopping.abort();
      await Promise.all([...started].map(stopSlot));
      await restarting;
    },
  };
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
