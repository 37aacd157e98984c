import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessReport } from '../../runtime/process-report.ts';
import { OperatorError, sentence } from '../../server/operations/operator-error.ts';
import { startWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

/** The part of pino that this file uses. */
interface Log {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
}

/** The options of `runWorkers`. */
export interface RunWorkersOptions extends Omit<WorkerPoolOptions, 'log'> {
  readonly log: Log;
  /** Stops the workers. */
  readonly signal: AbortSignal;
  /** How many seconds the workers go on serving after the signal while `/readyz` answers 503. Default: 0. */
  readonly drainDelay?: number | undefined;
  /** Serves the metrics of the pool. Default: none. */
  readonly serveMetrics?: (pool: WorkerPool) => Promise<Server | undefined>;
}

/**
 * Runs workers until the signal is aborted. SIGHUP replaces them one after the other, without a lost request.
 * @returns the exit code 0 after the signal: every worker has finished its requests
 * @throws {OperatorError} if a worker is not ready at the start, or when the last one is given up; no worker runs then
 */
export async function runWorkers({
  log,
  signal,
  drainDelay = 0,
  serveMetrics,
  ...options
}: RunWorkersOptions): Promise<number> {
  const { name, count } = options;
  const pool = startWorkerPool({ ...options, log: (line) => log.warn({ event: 'worker' }, line.trim()) });
  let metrics: Server | undefined;
  const stop = async () => {
    await pool.stop();
    metrics?.close();
  };
  const restart = async () => {
    log.info({ event: 'workers' }, 'restarting the workers');
    await pool.restart();
    log.info({ event: 'workers', running: pool.running }, 'the restart of the workers has ended');
  };
  const onHangUp = () => void restart();
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  try {
    metrics = await serveMetrics?.(pool);
    if ((await Promise.race([pool.ready, aborted])) === 'aborted') return 0;
    process.on('SIGHUP', onHangUp);
    log.info({ event: 'workers', running: count }, `${name} is listening`);
    report('ready');
    const reason = await Promise.race([pool.failed, aborted]);
    if (reason === 'aborted') {
      await serveUntilDrained(pool, drainDelay, log);
      return 0;
    }
    throw new OperatorError(`No worker of ${name} is left, because ${sentence(reason)}`);
  } finally {
    await stop();
    process.off('SIGHUP', onHangUp);
  }
}

/** Gives load balancers the time to see that this process will stop. */
async function serveUntilDrained(pool: WorkerPool, seconds: number, log: Log): Promise<void> {
  if (seconds === 0) return;
  pool.announceStop();
  log.info({ event: 'workers', seconds }, 'draining: /readyz answers 503, and requests are served until the stop');
  await Promise.race([delay(seconds * 1_000), pool.failed]);
}

/** Sends a report to the supervisor, if this process has one. */
function report(message: ProcessReport): void {
  if (process.connected) process.send?.(message);
}
