import type { FastifyBaseLogger } from 'fastify';
import { type AccessBreach, type Refusal, formatRule } from '../access/index.ts';
import { createOutageLog } from '../../runtime/http/outage-log.ts';
import { countRefusals, type Metrics } from './metrics.ts';

/** The events of a server, each logged and counted for the operator. No event contains a token. */
export interface ServerEvents {
  /** A token was rejected; `reason` is a `TokenRejection`. */
  tokenRejected(reason: string, requestId: string): void;
  /** Loading the verification keys failed; the keys of the last load stay in use. */
  keysUnavailable(error: unknown): void;
  /**
   * A request was refused before execution, or is answered with `null` in the refused fields. The same array is logged with
   * less work.
   */
  refused(refusals: readonly Refusal[], viewerId: string | null, requestId: string, answer?: 'null'): void;
  /** The alarm: the SQL filter and row-level security (walls 2 and 3) both let another owner's row pass. */
  breached(breach: AccessBreach, requestId: string): void;
  /** The revocation channel opened or closed; while it is closed, every request queries the table of revocations. */
  revocationChannel(change: { readonly open: boolean; readonly cause?: unknown }): void;
  /** A read replica is used from now on, or is not: queries then run on the primary. */
  readReplica(change: { readonly replica: string; readonly inUse: boolean; readonly cause?: unknown }): void;
  /**
   * A response was a 503; `cause` is an error or a text. Each cause is logged at most once a second, with the number of
   * suppressed repetitions: in an outage every request has the same cause.
   */
  unavailable(cause: unknown): void;
  /** The store of shared limits answers again, or does not: then each process counts for itself. */
  limitStore(change: { readonly available: boolean; readonly cause?: unknown }): void;
  /** A refusal could not be recorded in the security log. The line of `refused` has it. */
  notRecorded(error: unknown): void;
  /** An error that the client received as INTERNAL_SERVER_ERROR. */
  unexpected(error: unknown, requestId: string): void;
}

/** Creates the functions that log and count events. */
export function createServerEvents(log: FastifyBaseLogger, metrics: Metrics): ServerEvents {
  const logOutage = createOutageLog(({ consequence, cause, message, suppressed }) =>
    log.warn({ event: 'unavailable', cause, message, suppressed }, consequence),
  );
  // A logger of these refusals has written the part of their lines that is always the same: by the refusals, which
  // answerRefusals keeps for a document.
  const refusalLogs = new WeakMap<readonly Refusal[], FastifyBaseLogger>();
  const logOf = (refusals: readonly Refusal[]) => {
    const because = refusals.map(({ coordinate, reason, rule }) => ({
      coordinate,
      reason,
      rule: formatRule(rule),
      at: rule.location,
    }));
    const refusalLog = log.child({ event: 'security', kind: 'refused', because });
    refusalLogs.set(refusals, refusalLog);
    return refusalLog;
  };
  return {
    tokenRejected(reason, requestId) {
      metrics.refusals.inc({ reason: 'invalid_token' });
      log.info({ event: 'security', kind: 'bad-token', fault: reason, requestId }, 'token rejected');
    },
    keysUnavailable(error) {
      log.warn({ err: error }, 'the token keys could not be loaded');
    },
    refused(refusals, viewerId, requestId, answer) {
      metrics.refusals.inc({ reason: refusals[0]?.reason ?? 'none' });
      countRefusals(metrics, refusals);
      const refusalLog = refusalLogs.get(refusals) ?? logOf(refusals);
      refusalLog.info({ viewerId, requestId }, answer === 'null' ? 'fields refused' : 'operation refused');
    },
    breached({ coordinate, ownerId, viewerId }, requestId) {
      metrics.breaches.inc({ coordinate });
      log.fatal(
        { event: 'security', kind: 'breach', coordinate, ownerId, viewerId, requestId },
        'a resolver returned an object that the viewer does not own',
      );
    },
    revocationChannel({ open, cause }) {
      metrics.revocationChannelClosed.set(open ? 0 : 1);
      if (open) log.info({ event: 'revocation-channel', open }, 'the revocation channel is open');
      else
        log.warn(
          { event: 'revocation-channel', open, err: cause },
          'the revocation channel is closed: every request queries the table',
        );
    },
    readReplica({ replica, inUse, cause }) {
      if (inUse) log.info({ event: 'read-replica', replica, inUse }, 'the read replica is in use');
      else
        log.warn(
          { event: 'read-replica', replica, inUse, err: cause },
          'the read replica is not in use: queries run on the primary',
        );
    },
    unavailable: (cause) => logOutage(cause, 'answered 503'),
    limitStore({ available, cause }) {
      if (available) log.info({ event: 'limit-store', available }, 'the limits on requests are shared');
      else logOutage(cause, 'the limits on requests are not shared: each process counts for itself');
    },
    notRecorded: (error) => logOutage(error, 'a refusal was not recorded'),
    unexpected(error, requestId) {
      log.error({ err: error, requestId }, 'unexpected error');
    },
  };
}
