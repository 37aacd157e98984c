import type { Pool } from 'pg';
import { clientNetwork } from '../../runtime/http/client-address.ts';
import type { RequestClient } from '../../runtime/http/request-client.ts';
import { webMetrics } from '../http/metrics.ts';
import { errorFields, log } from '../log.ts';
import { type AccountEvent, toAccountEvent, type Exchange } from './account-event.ts';
import type { AccountEventKind } from './endpoints.ts';
import { createWindowQuota } from '../../runtime/window-quota.ts';

/** Records the event of an exchange. It never rejects: a failure must not fail the sign-in. */
export type RecordEvent = (exchange: Exchange) => Promise<void>;

/** One statement for known and unknown addresses: the time to record an attempt must not reveal accounts. */
const INSERT = {
  name: 'auth_event',
  text: `insert into auth_event (user_id, kind, outcome, address, user_agent, detail)
    values (coalesce($1::uuid, (select id from "user" where email = $2)), $3, $4, $5, $6, $7)`,
};

/** The most entries of rejected requests in a minute, from all addresses: such requests cost the client nothing. */
const MAX_REJECTIONS_PER_MINUTE = 1_000;

/** The most entries of ended sessions of one account in a minute. */
const MAX_SIGN_OUTS_PER_MINUTE = 20;

/** The codes of requests that another site may have made the user's browser send. */
const CSRF_REFUSALS: ReadonlySet<string> = new Set([
  'INVALID_ORIGIN',
  'MISSING_OR_NULL_ORIGIN',
  'CROSS_SITE_NAVIGATION_LOGIN_BLOCKED',
]);

/**
 * Creates the security log over the accounts database. It records every attempt that reached a password check. Requests
 * rejected before that have one entry a minute for each user, network and reason; ended sessions have twenty a minute
 * for each account. The process's log has the number of entries beyond that.
 * A refused foreign origin is also a line of the process's log. If the database rejects an entry, the process's log has
 * it, without the e-mail address.
 */
export function createSecurityLog(database: Pick<Pool, 'query'>): RecordEvent {
  const isFirstInWindow = createWindowQuota({
    windowMilliseconds: 60_000,
    maxKeys: MAX_REJECTIONS_PER_MINUTE,
    onExcess: (count) =>
      log.warn({ event: 'security', kind: 'refusals-not-kept', count }, 'rejected requests were not recorded'),
  });
  const hasSignOutLeft = createWindowQuota({
    windowMilliseconds: 60_000,
    perKey: MAX_SIGN_OUTS_PER_MINUTE,
    maxKeys: 10_000,
    onExcess: (count) =>
      log.warn({ event: 'security', kind: 'sign-outs-not-kept', count }, 'sign-outs were not recorded'),
  });

  const isAdmitted = ({ userId, kind, outcome, address, detail }: AccountEvent): boolean => {
    if (outcome === 'REFUSED' || outcome === 'LIMITED')
      return isFirstInWindow([userId, clientNetwork(address ?? ''), kind, outcome, detail].join(' '));
    return kind !== 'SIGN_OUT' || hasSignOutLeft(userId ?? '');
  };

  return async (exchange) => {
    try {
      const event = await toAccountEvent(exchange);
      if (event === null) return;
      webMetrics()?.accountEvent(event.kind, event.outcome);
      if (!isAdmitted(event)) return;
      const { kind: attempted, detail, address } = event;
      if (CSRF_REFUSALS.has(detail ?? ''))
        log.warn(
          { event: 'security', kind: 'foreign-origin', attempted, detail, address },
          'a request of another origin was refused',
        );
      await insertEvent(database, event);
    } catch (error) {
      const { path, response } = exchange;
      logUnrecorded({ path, status: response.status }, error);
    }
  };
}

/**
 * Records that an account was changed, for a hook whose request the gateway records as another event, or not at all.
 * It never rejects, as `insertEvent`.
 */
export function recordChange(
  database: Pick<Pool, 'query'>,
  kind: AccountEventKind,
  userId: string,
  client: RequestClient,
  detail: string | null = null,
): Promise<void> {
  return insertEvent(database, { kind, outcome: 'SUCCEEDED', userId, email: null, ...client, detail });
}

/** Inserts an event into the security log. It never rejects: after a failure the process's log has the event. */
async function insertEvent(database: Pick<Pool, 'query'>, event: AccountEvent): Promise<void> {
  const { email, ...fields } = event;
  const { userId, kind, outcome, address, userAgent, detail } = fields;
  try {
    await database.query({ ...INSERT, values: [userId, email, kind, outcome, address, userAgent, detail] });
  } catch (error) {
    logUnrecorded(fields, error);
  }
}

function logUnrecorded(fields: object, error: unknown): void {
  log.error(
    { event: 'security', kind: 'event-not-kept', kept: fields, ...errorFields(error) },
    'an account event was not recorded',
  );
}
