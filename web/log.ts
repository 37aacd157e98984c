import pino from 'pino';
import { LineWriter } from '../runtime/http/line-writer.ts';
import { createOutageLog, type OutageLog } from '../runtime/http/outage-log.ts';

const OUTPUT = Symbol.for('fieldgate.log-output');
const OUTAGES = Symbol.for('fieldgate.outages');

/**
 * Next bundles this file into pages and into account routes, and `serve.ts` loads it too. All copies share one writer,
 * so that lines do not interleave, and one count of outages.
 */
const shared = globalThis as { [OUTPUT]?: LineWriter; [OUTAGES]?: OutageLog };

/** The web app's log: one JSON object per line, on standard output. Never log tokens, passwords or e-mail addresses. */
export const log = pino({ base: { process: 'web' } }, (shared[OUTPUT] ??= new LineWriter(1)));

/** The most nested causes that are logged; libraries wrap an error once or twice. */
const MAX_CAUSES = 3;

/**
 * Returns the fields of an error that may be logged: name, code and stack, and name and code of its causes. Others may
 * be personal data: PostgreSQL puts the rejected row into `detail`, Better Auth the user's address into properties.
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

/** Returns the chain of causes; for an AggregateError, such as of two addresses of one host, the first error. */
function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let next: unknown = error; causes.length < MAX_CAUSES; ) {
    next = next instanceof AggregateError ? next.errors[0] : next instanceof Error ? next.cause : undefined;
    if (!(next instanceof Error)) break;
    causes.push(next);
  }
  return causes;
}

/**
 * Logs why a request is answered with 503, or a page without data of the API: at most once a second for each cause and
 * message, with the number of suppressed lines. Otherwise an unavailable database would fill the disk.
 */
export const logOutage: OutageLog = (shared[OUTAGES] ??= createOutageLog(({ consequence, reported, suppressed }) =>
  log.error(
    { event: 'outage', ...(suppressed > 0 && { suppressed }), ...(reported !== undefined && errorFields(reported)) },
    consequence,
  ),
));
