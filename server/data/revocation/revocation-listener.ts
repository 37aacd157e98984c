import { Client, type Pool } from 'pg';
import { isCanonicalUuid } from '../../uuid.ts';
import type { Viewer } from '../../viewer.ts';
import { DatabaseUnavailable } from '../pg/database-errors.ts';
import type { Statement } from '../pg/pipelined-query.ts';
import type { ViewerDatabase } from '../pg/viewer-database.ts';
import { HintQueue } from './hint-queue.ts';
import { type ChannelChange, type ChannelTimings, DEFAULT_LEASE, NotificationChannel } from './notification-channel.ts';
import { MAX_REVOKED_SESSIONS, RevokedSessions } from './revoked-sessions.ts';

/** Options of `openRevocationListener`. */
export interface RevocationListenerOptions {
  /**
   * The connection that sends the probe, and without `listenUrl` the listening one, are made with this pool's options;
   * they are none of the pool's connections.
   */
  readonly pool: Pool;
  /** Connection string for the listening connection: past a pooler, which delivers no notifications. */
  readonly listenUrl?: string | undefined;
  /** Reads the table while the channel is not current. */
  readonly database: Pick<ViewerDatabase, 'openReader'>;
  /** The maximum lifetime of a token, in seconds. */
  readonly maxTokenLifetime: number;
  /** Maximum number of revoked sessions in memory. Default: `MAX_REVOKED_SESSIONS`. */
  readonly maxSessions?: number;
  /** Called when the channel has opened or failed. */
  readonly onChannel?: (change: ChannelChange) => void;
  /** Called for each notified revocation with the seconds since it was written. */
  readonly onRevoked?: (lag: number) => void;
  /** Called with the error when the table could not be read. */
  readonly onOutage?: (error: unknown) => void;
  readonly timings?: ChannelTimings;
}

/** Knows which sessions are revoked. Implements the interface that authentication uses. */
export interface RevocationListener {
  /** Resolves to whether the session is revoked; `unknown` if neither the channel nor the table is available. */
  statusOf(viewer: Pick<Viewer, 'userId' | 'sessionId'>): Promise<'good' | 'revoked' | 'unknown'>;
  close(): Promise<void>;
}

/** The channel that the triggers of migrations/1795219200700 notify. */
const CHANNEL = 'session_revoked';
/** Maximum clock difference between token issuer and database, in seconds: revocations are kept that much longer. */
const CLOCK_SKEW = 600;

const RECENT_REVOCATIONS = `
  select session_id from auth.session_revocation
  where revoked_at > now() - make_interval(secs => $1) limit $2`;
/** Looks up the sessions named by notifications. The age is by PostgreSQL's clock alone: this process may have another time. */
const FIND_REVOCATIONS = {
  name: 'revocation.of',
  text: `select session_id, extract(epoch from clock_timestamp() - revoked_at)::float8 as age
    from auth.session_revocation where session_id = any ($1::uuid[])`,
};
const FIND_REVOCATION: Statement = {
  name: 'revocation.one',
  text: 'select from auth.session_revocation where session_id = $1',
};

/**
 * Listens for revocations, and reads those that a valid token can still be affected by. Requests thereby need no
 * statement, except those of a session that is being looked up after a notification. While the channel is not current,
 * or more sessions were revoked than fit in memory, each request reads the table instead.
 *
 * A notification alone does not revoke a session: the API's role can send one about any session. Only the row in the
 * table decides, which that role cannot write (docs/decisions/032).
 *
 * Resolves when the first attempt to open the channel has succeeded or failed; after a failure it is retried.
 */
export async function openRevocationListener(options: RevocationListenerOptions): Promise<RevocationListener> {
  const {
    pool,
    listenUrl,
    database,
    maxTokenLifetime,
    maxSessions = MAX_REVOKED_SESSIONS,
    onChannel,
    timings,
  } = options;
  const lease = timings?.lease ?? DEFAULT_LEASE;
  const retention = maxTokenLifetime + CLOCK_SKEW;
  const revokedSessions = new RevokedSessions({ retention: retention * 1_000, maxSessions });
  const addRevokedSession = (sessionId: string) => revokedSessions.add(sessionId, performance.now());

  const hintQueue = new HintQueue({
    lookUp: async (sessionIds) => {
      const sentAt = performance.now();
      const rows = await channel.query<{ session_id: string; age: number }>({
        ...FIND_REVOCATIONS,
        values: [sessionIds],
      });
      // The whole round trip is added to the age: the lag is never understated.
      const elapsed = (performance.now() - sentAt) / 1_000;
      for (const { age } of rows) options.onRevoked?.(age + elapsed);
      return rows.map(({ session_id }) => session_id);
    },
    onRevoked: addRevokedSession,
    // The catch-up reads the rows themselves; until then requests read the table.
    onLost: () => channel.reopen(),
  });
  const channel = new NotificationChannel({
    ...timings,
    name: CHANNEL,
    createClient: () =>
      new Client({ ...pool.options, keepAlive: true, ...(listenUrl !== undefined && { connectionString: listenUrl }) }),
    createSender: () => new Client(pool.options),
    onMessage: (payload) => {
      // Ids that are malformed or known to be revoked need no lookup.
      if (isCanonicalUuid(payload) && !revokedSessions.has(payload)) hintQueue.add(payload);
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
      // Only while current: otherwise the table is read below, and a lookup could wait for the catch-up.
      if (channel.isCurrent) await hintQueue.lookupOf(sessionId);
      if (revokedSessions.has(sessionId)) return 'revoked';
      const now = performance.now();
      if (channel.isCurrent && revokedSessions.isComplete(now)) return 'good';
      // An answer counts no longer than a heartbeat: it may be as old as its statement.
      const { run, close } = database.openReader(userId, { clientGone: null, expiresAt: now + lease });
      try {
        // A malformed id is never a session's. The table is read nevertheless, so that an outage affects every token alike.
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
