import type { FastifyBaseLogger } from 'fastify';
import { type AccessBreach, type Refusal, formatRule } from '../access/index.ts';
import { createOutageLog } from '../../runtime/http/outage-log.ts';
import type { Metrics } from './metrics.ts';

/** What a server tells its operator, each in the log and in the counters. The caller's token is in none of it. */
export interface ServerEvents {
  /** A token that does not verify. */
  tokenRejected(fault: string, requestId: string): void;
  /** The keys that verify tokens could not be asked for; those known so far serve on. */
  keysUnavailable(error: unknown): void;
  /** A request that was judged and may not run. */
  refused(refusals: readonly Refusal[], viewerId: string | null, requestId: string): void;
  /** The alarm: walls two and three let a foreign row pass. */
  breached(breach: AccessBreach, requestId: string): void;
  /** Revocations are heard of at once; or they are not, and the table is asked for each request. */
  revocationChannel(change: { readonly open: boolean; readonly cause?: unknown }): void;
  /**
   * What made an answer a 503: an error, or words for what is away. Logged once a second for each cause at most, with
   * how many more there were: in an outage every request has the same one.
   */
  unavailable(cause: unknown): void;
  /** Anything that the caller was told of as "something went wrong". */
  unexpected(error: unknown, requestId: string): void;
}

/** Writes events to the log and counts them. */
export function createServerEvents(log: FastifyBaseLogger, metrics: Metrics): ServerEvents {
  const logOutage = createOutageLog(({ consequence, cause, message, suppressed }) =>
    log.warn({ event: 'unavailable', cause, message, suppressed }, consequence),
  );
  return {
    tokenRejected(fault, requestId) {
      metrics.refusals.inc({ reason: 'invalid_token' });
      log.info({ event: 'security', kind: 'bad-token', fault, requestId }, 'token refused');
    },
    keysUnavailable(error) {
      log.warn({ err: error }, 'the token keys could not be loaded');
    },
    refused(refusals, viewerId, requestId) {
      metrics.refusals.inc({ reason: refusals[0]?.reason ?? 'none' });
      const because = refusals.map(({ coordinate, reason, rule }) => ({
        coordinate,
        reason,
        rule: formatRule(rule),
        at: rule.location,
      }));
      log.info({ event: 'security', kind: 'refused', viewerId, because, requestId }, 'operation refused');
    },
    breached({ coordinate, ownerId, viewerId }, requestId) {
      metrics.breaches.inc({ coordinate });
      log.fatal(
        { event: 'security', kind: 'breach', coordinate, ownerId, viewerId, requestId },
        'a foreign row met the guard',
      );
    },
    revocationChannel({ open, cause }) {
      if (open) log.info({ event: 'revocation-channel', open }, 'revocations are heard of at once');
      else log.warn({ event: 'revocation-channel', open, err: cause }, 'revocations are asked for, request by request');
    },
    unavailable: (cause) => logOutage(cause, 'answered 503'),
    unexpected(error, requestId) {
      log.error({ err: error, requestId }, 'unexpected error');
    },
  };
}
