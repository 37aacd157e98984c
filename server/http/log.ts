import type { FastifyBaseLogger } from 'fastify';
import { type Logger, pino } from 'pino';
import { LineWriter } from '../../runtime/http/line-writer.ts';

/**
 * The API's log: a JSON object a line. On standard output lines are written some at a time, because one write for each
 * took a twentieth of a request; whatever is a warning or worse is written at once, with all that came before it. A
 * process that ends writes what waits; one that is killed loses the last 50 ms.
 * @param destination where lines go, each at once; standard output unless said otherwise
 */
export function createLog(destination?: { write(line: string): void }): Logger {
  return pino({ base: null, redact: ['req.headers.authorization'] }, destination ?? new LineWriter(1));
}

/**
 * Makes whatever nobody catches one line of the log like all else; then the process ends, for nobody knows in which state
 * it is. Node would print stacks of many lines. Its warnings are lines of the log, too, and end nothing.
 */
export function logUncaught(log: Pick<FastifyBaseLogger, 'fatal' | 'warn'>): void {
  const end = (error: unknown) => {
    log.fatal({ event: 'uncaught', err: error }, 'uncaught error');
    process.exit(1);
  };
  process.on('uncaughtException', end).on('unhandledRejection', end);
  process.removeAllListeners('warning').on('warning', (warning) => {
    log.warn({ event: 'warning', err: warning }, 'warning');
  });
}
