import type { RequestClient } from '../../../runtime/http/request-client.ts';
import type { Preamble, Statement } from './pipelined-query.ts';

const SET_VIEWER: Statement = {
  name: 'viewer',
  text: `select set_config('app.viewer_id', $1, true), set_config('statement_timeout', $2, true)`,
};
const SET_VIEWER_ON_REPLICA: Statement = {
  name: 'viewer.replica',
  text: `${SET_VIEWER.text}, pg_is_in_recovery(), pg_last_wal_replay_lsn()`,
};
/** A statement of its own: the step of a request whose trace is not recorded does not pay for it, and no text varies. */
const SET_TRACED_VIEWER: Statement = {
  name: 'viewerTraced',
  text: `${SET_VIEWER.text}, set_config('app.traceparent', $3, true)`,
};
const ENABLE_CROSS_OWNER_READ: Statement = {
  name: 'crossOwner',
  text: `with named as (select set_config('app.every_owner', $1, true) as type)
    insert into auth.auth_event (user_id, address, user_agent, detail)
      select app.viewer_id(), $2, $3, type from named`,
};
const BEGIN: Statement = { name: 'begin', text: 'begin' };

/** What a server said about itself in the transaction of a statement, before that ran. */
export interface ReplayState {
  /** Whether it is a replica; false also for one that has been promoted. */
  readonly isInRecovery: boolean;
  /** How far it has replayed the write-ahead log, as text; null if it has never been a replica. */
  readonly replayed: string | null;
}

/**
 * Sets `app.viewer_id`, which the row-level security policies read, and `statement_timeout`, both for the current
 * transaction only.
 * @param statementTimeout in milliseconds
 * @param traceparent the span of the statement, which `app.traceparent` then names in the transaction. Default: none
 */
export function setViewer(viewerId: string, statementTimeout: number, traceparent?: string): Preamble {
  const values = [viewerId, String(statementTimeout)];
  if (traceparent === undefined) return { statement: SET_VIEWER, values };
  return { statement: SET_TRACED_VIEWER, values: [...values, traceparent] };
}

/**
 * Does the same as `setViewer` on a replica, and asks in the same statement whether it is one and what it has replayed. The
 * statement that follows has a later snapshot: it shows at least what was replayed then.
 */
export function setViewerOnReplica(
  viewerId: string,
  statementTimeout: number,
  onState: (state: ReplayState) => void,
): Preamble {
  return {
    statement: SET_VIEWER_ON_REPLICA,
    values: [viewerId, String(statementTimeout)],
    onRow: ([, , isInRecovery, replayed = null]) => onState({ isInRecovery: isInRecovery === 't', replayed }),
  };
}

/**
 * Allows a cross-owner read of a type in the current transaction, and records it as an event of the viewer. One
 * statement does both, so that no such read goes unrecorded. `app.acts_for_every_owner` decides whether the viewer's
 * role permits it.
 * @param client the client of the request, for the event
 */
export function enableCrossOwnerRead(type: string, { address, userAgent }: RequestClient): Preamble {
  return { statement: ENABLE_CROSS_OWNER_READ, values: [type, address, userAgent] };
}

/** Opens a transaction. */
export const beginTransaction: Preamble = { statement: BEGIN, values: [] };
