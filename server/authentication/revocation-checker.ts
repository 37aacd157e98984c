import type { Viewer } from '../viewer.ts';

/** Whether the tokens of a session are valid; `unknown` while the revocations are unavailable. */
export type SessionStatus = 'good' | 'revoked' | 'unknown';

/** Knows the sessions that were revoked before their tokens expired. */
export interface RevocationChecker {
  /**
   * Returns the status of the viewer's session: revoked when the session ended, or when a claim of its tokens about the
   * user became outdated. Call it on every request and do not cache it: a verified token can be revoked at any time.
   */
  statusOf(viewer: Pick<Viewer, 'userId' | 'sessionId'>): Promise<SessionStatus>;
}
