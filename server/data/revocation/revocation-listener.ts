import { Client, type Pool } from 'pg';
import type { Viewer } from '../../viewer.ts';
import { DatabaseUnavailable } from '../pg/database-errors.ts';
import { isCanonicalUuid } from '../../uuid.ts';
import type { ViewerDatabase } from '../pg/viewer-database.ts';
import type { Statement } from '../pg/pipelined-query.ts';
import { NotificationChannel, type ChannelChange, type ChannelTimings } from './notification-channel.ts';
import { RevokedSessions, MAX_REVOKED_SESSIONS } from './revoked-sessions.ts';
import { Hints } from './hint-queue.ts';

/** Where revocations are heard of, and how. */
export interface RevocationListenerOptions {
  /** Where the connection that listens leads: to the same place as this pool's. It is none of the pool's own. */
  readonly pool: Pool;
  /** Who is asked while the channel cannot be relied on. */
  readonly database: Pick<ViewerDatabase, 'openReader'>;
  /** The longest life of a token, in seconds. */
  readonly maxTokenLifetime: number;
  /** The most dead sessions that are remembered; `MOST_DEAD_SESSIONS` unless said otherwise. */
  readonly maxSessions?: number;
  /** Hears that the channel has opened or broken. */
  readonly onChannel?: (change: ChannelChange) => void;
  /** Hears why the table could not be asked for a session. */
  readonly onOutage?: (error: unknown) => void;
  readonly timings?: ChannelTimings;
}

/** What `openRevocations` gives. It is the `Revocations` that authentication asks for. */
export interface RevocationListener {
  statusOf(viewer: Pick<Viewer, 'userId' | 'sessionId'>): Promise<'good' | 'revoked' | 'unknown'>;
  close(): Promise<void>;
}

/** As the triggers of migrations/1795219200700 name it. */
const CHANNEL = 'session_revoked';
/** Clocks may differ by so much without a token outliving the memory of its session's death, in seconds. */
const CLOCK_SKEW = 600;

const RECENT_REVOCATIONS = `
  select session_id from auth.session_revocation
  where revoked_at > now() - make_interval(secs => $1) limit $2`;
/** A row, in any number: what is looked up after notifications. */
const OF_THESE = {
  name: 'revocation.of',
  text: 'select session_id from auth.session_revocation where session_id = any ($1::uuid[])',
};
const FIND_REVOCATION: Statement = {
  name: 'revocation.one',
  text: 'select from auth.session_revocation where session_id = $1',
};

/**
 * Hears of every revocation as it is committed, and knows those of the past: no request waits for a statement, but those
 * of a session that was named a moment ago and is being looked up. While the channel is not sound, or more was revoked
 * than can be remembered, the table is asked for each request instead.
 *
 * A notification revokes nothing by itself: the API's own role can send one about anybody's session, and the row in the
 * table, which that role cannot write, decides (docs/decisions/032).
 * Resolves when the channel is open; or when it could not be opened at once, which is then tried again and again.
 */
export async function openRevocationListener(options: RevocationListenerOptions): Promise<RevocationListener> {
  const { pool, database, maxTokenLifetime, maxSessions = MAX_REVOKED_SESSIONS, onChannel, timings } = options;
  const retention = maxTokenLifetime + CLOCK_SKEW;
  const revokedSessions = new RevokedSessions({ retention: retention * 1_000, maxSessions });
  const addRevokedSession = (sessionId: string) => revokedSessions.add(sessionId, performance.now());

  const hints = new Hints({
    lookUp: async (sessionIds) => {
      const rows = await channel.query<{ session_id: string }>({ ...OF_THESE, values: [sessionIds] });
      return rows.map(({ session_id }) => session_id);
    },
    onRevoked: addRevokedSession,
    // Catching up reads the rows themselves, and until then the table is asked.
    onLost: () => channel.reopen(),
  });
  const channel = new NotificationChannel({
    ...timings,
    name: CHANNEL,
    createClient: () => new Client({ ...pool.options, keepAlive: true }),
    onMessage: (payload) => {
      // What is no id of a session, or is known to be revoked, is not worth a lookup.
      if (isCanonicalUuid(payload) && !revokedSessions.has(payload)) hints.add(payload);
    },
    async catchUp(connection) {
      const { rows } = await connection.query<{ session_id: string }>(RECENT_REVOCATIONS, [retention, maxSessions + 1]);
      for (const { session_id } of rows) addRevokedSession(session_id);
    },
    ...(onChannel && { onChange: onChannel }),
  });
  await channel.firstAttempt;

  return {
    async statusOf({ userId, sessionId }) {
      // While the channel is not sound the table is asked, and a lookup may wait for the channel to catch up.
      if (channel.isCurrent) await hints.lookupOf(sessionId);
      if (revokedSessions.has(sessionId)) return 'revoked';
      const now = performance.now();
      if (channel.isCurrent && revokedSessions.isComplete(now)) return 'good';
      const { run, close } = database.openReader(userId);
      try {
        // What is no id was never a session's; asked all the same, so that an outage is an outage for every token.
        const rows = await run(FIND_REVOCATION, [isCanonicalUuid(sessionId) ? sessionId : null]);
        return rows.length > 0 ? 'revoked' : 'good';
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable)) throw error;
        options.onOutage?.(error);
        return 'unknown';
      } finally {
        close();
      }
    },
    close: () => channel.close(),
  };
}
