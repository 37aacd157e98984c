import type { Pool } from 'pg';
import { described, log } from '../log.ts';
import { accountEvent, type AccountEvent, type Exchange } from './account-event.ts';
import { createQuota } from './quota.ts';

/** Keeps what an exchange has done to an account. It never rejects: whoever signs in is not to suffer from it. */
export type Observe = (exchange: Exchange) => Promise<void>;

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
const REFUSALS_A_MINUTE = 1_000;

/**
 * The security log over the database of accounts. Every attempt that has come to a password is kept. Of what was turned
 * away before, each user and address have one entry a minute for each reason, and what is more is counted in the process's log.
 * An entry that the database does not take goes to that log instead, whole but for the e-mail address.
 */
export function createSecurityLog(database: Pick<Pool, 'query'>): Observe {
  const isFirst = createQuota({
    window: 60_000,
    most: REFUSALS_A_MINUTE,
    onExcess: (count) => log.warn({ event: 'security', kind: 'refusals-not-kept', count }, 'refusals without an entry'),
  });

  return async (exchange) => {
    let event: AccountEvent | null = null;
    try {
      event = await accountEvent(exchange);
      if (event === null) return;
      const { userId, email, kind, outcome, address, userAgent, detail } = event;
      const isCheap = outcome === 'REFUSED' || outcome === 'LIMITED';
      if (isCheap && !isFirst([userId, address, kind, outcome, detail].join(' '))) return;
      await database.query({ ...INSERT, values: [userId, email, kind, outcome, address, userAgent, detail] });
    } catch (error) {
      const { email: _, ...kept } = event ?? { email: null, path: exchange.path, status: exchange.response.status };
      log.error(
        { event: 'security', kind: 'event-not-kept', kept, ...described(error) },
        'an account event was not kept',
      );
    }
  };
}
