import type { Pool } from 'pg';
import { clientNetwork } from '../../runtime/http/client-address.ts';
import { errorFields, log } from '../log.ts';
import { type AccountEvent, toAccountEvent, type Exchange } from './account-event.ts';
import { createOncePerWindow } from './once-per-window.ts';

/** Keeps what an exchange has done to an account. It never rejects: whoever signs in is not to suffer from it. */
export type RecordEvent = (exchange: Exchange) => Promise<void>;

/**
 * One statement, the same for an address that has an account and for one that has none: what is kept of an attempt must
 * not tell by its time which it was.
 */
const INSERT = {
  name: 'auth_event',
  text: `insert into auth_event (user_id, kind, outcome, address, user_agent, detail)
    values (coalesce($1::uuid, (select id from "user" where email = $2)), $3, $4, $5, $6, $7)`,
};

/** Refusals cost the sender nothing, so they must not cost us a row each: entries a minute, from all addresses together. */
const MAX_REFUSALS_PER_MINUTE = 1_000;

/** The most ends of sessions of one account that have an entry each, in a minute. */
const SIGN_OUTS_A_MINUTE = 20;

/**
 * The security log over the database of accounts. Every attempt that has come to a password is kept. Of what was turned
 * away before, each user and network have one entry a minute for each reason, and of the sessions that an account ends
 * twenty a minute have one; what is more is counted in the process's log.
 * An entry that the database does not take goes to that log instead, whole but for the e-mail address.
 */
export function createSecurityLog(database: Pick<Pool, 'query'>): RecordEvent {
  const isFirstInWindow = createOncePerWindow({
    windowMilliseconds: 60_000,
    maxKeys: MAX_REFUSALS_PER_MINUTE,
    onExcess: (count) => log.warn({ event: 'security', kind: 'refusals-not-kept', count }, 'refusals without an entry'),
  });
  const hasSignOutLeft = createOncePerWindow({
    windowMilliseconds: 60_000,
    perKey: SIGN_OUTS_A_MINUTE,
    maxKeys: 10_000,
    onExcess: (count) =>
      log.warn({ event: 'security', kind: 'sign-outs-not-kept', count }, 'sign-outs without an entry'),
  });

  const isKept = ({ userId, kind, outcome, address, detail }: AccountEvent): boolean => {
    if (outcome === 'REFUSED' || outcome === 'LIMITED')
      return isFirstInWindow([userId, clientNetwork(address ?? ''), kind, outcome, detail].join(' '));
    return kind !== 'SIGN_OUT' || hasSignOutLeft(userId ?? '');
  };

  return async (exchange) => {
    try {
      const event = await toAccountEvent(exchange);
      if (event !== null && isKept(event)) await keepEvent(database, event);
    } catch (error) {
      const { path, response } = exchange;
      notKept({ path, status: response.status }, error);
    }
  };
}

/** Writes an event into the security log. It never rejects: the event goes to the process's log instead. */
export async function keepEvent(database: Pick<Pool, 'query'>, event: AccountEvent): Promise<void> {
  const { email, ...kept } = event;
  const { userId, kind, outcome, address, userAgent, detail } = kept;
  try {
    await database.query({ ...INSERT, values: [userId, email, kind, outcome, address, userAgent, detail] });
  } catch (error) {
    notKept(kept, error);
  }
}

function notKept(kept: object, error: unknown): void {
  log.error(
    { event: 'security', kind: 'event-not-kept', kept, ...errorFields(error) },
    'an account event was not kept',
  );
}
