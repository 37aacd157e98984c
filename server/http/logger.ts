import type { FastifyBaseLogger } from 'fastify';
import { type Logger, pino } from 'pino';
import { LineWriter } from '../../runtime/http/line-writer.ts';

/**
 * Creates the logger of the API: one JSON object a line. Lines to standard output are written in batches, because a write
 * for each line took 5 % of a request; a line of level `warn` or worse is written at once, after all lines before it. A
 * process that exits writes the waiting lines; one that is killed loses those of the last 50 ms.
 * @param destination receives each line at once; default standard output, in batches
 */
export function createLogger(destination?: { write(line: string): void }): Logger {
  return pino({ base: null, redact: ['req.headers.authorization'] }, destination ?? new LineWriter(1));
}

/**
 * Logs uncaught exceptions and unhandled rejections as one line, then exits: the state of the process is unknown. Node
 * would print stacks of several lines. Node's warnings are logged, too, and do not end the process.
 */
export function logUncaught(log: Pick<FastifyBaseLogger, 'fatal' | 'warn'>): void {
  const exit = (error: unknown) => {
    log.fatal({ event: 'uncaught', err: error }, 'uncaught error');
    process.exit(1);
  };
  process.on('uncaughtException', exit).on('unhandledRejection', exit);
  process.removeAllListeners('warning').on('warning', (warning) => {
    log.warn({ event: 'warning', err: warning }, 'warning');
  });
}
