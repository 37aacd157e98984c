import pino from 'pino';

/** The web app's log: one JSON object a line, on standard output. Never a token, a password or an e-mail address. */
export const log = pino({ base: { process: 'web' } });

/**
 * What may be said of an error in the log. PostgreSQL puts the offending row into `detail`, Better Auth the user's
 * address into other properties: only name, code and stack are taken.
 */
export function described(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: typeof error };
  return { error: error.name, code: 'code' in error ? error.code : undefined, stack: error.stack };
}
