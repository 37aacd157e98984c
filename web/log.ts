import pino from 'pino';
import { LineWriter } from '../runtime/http/line-writer.ts';
import { createOutageLog, type OutageLog } from '../runtime/http/outage-log.ts';

const OUTPUT = Symbol.for('fieldgate.log-output');
const OUTAGES = Symbol.for('fieldgate.outages');

/**
 * Next bundles this file into pages and into account routes, and `serve.ts` loads it too: all of them share one writer,
 * so that no line is written into the middle of another, and one count of outages.
 */
const shared = globalThis as { [OUTPUT]?: LineWriter; [OUTAGES]?: OutageLog };

/** The web app's log: one JSON object a line, on standard output. Never a token, a password or an e-mail address. */
export const log = pino({ base: { process: 'web' } }, (shared[OUTPUT] ??= new LineWriter(1)));

/** How many causes of a cause are told of: an error that a library has wrapped once or twice. */
const MOST_CAUSES = 3;

/**
 * What may be said of an error in the log. PostgreSQL puts the offending row into `detail`, Better Auth the user's
 * address into other properties: only name, code and stack are taken, and name and code of what has caused it.
 */
export function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: typeof error };
  const causes = causesOf(error);
  return {
    error: error.name,
    code: codeOf(error),
    stack: error.stack,
    ...(causes.length > 0 && { causes: causes.map((cause) => ({ error: cause.name, code: codeOf(cause) })) }),
  };
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined;
}

/** What an error was caused by; of several at once, such as two addresses of one host, the first. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let next: unknown = error; causes.length < MOST_CAUSES; ) {
    next = next instanceof AggregateError ? next.errors[0] : next instanceof Error ? next.cause : undefined;
    if (!(next instanceof Error)) break;
    causes.push(next);
  }
  return causes;
}

/**
 * Logs why a request is answered with 503, or without data of the API: at most once a second for each cause and message,
 * with the number of lines that were suppressed. A database that is away would otherwise fill the disk with its cause.
 */
export const logOutage: OutageLog = (shared[OUTAGES] ??= createOutageLog(({ consequence, reported, suppressed }) =>
  log.error(
    { event: 'outage', ...(suppressed > 0 && { suppressed }), ...(reported !== undefined && errorFields(reported)) },
    consequence,
  ),
));
