import type { Viewer } from '../viewer.ts';

/** Whether the tokens of a session still count; `unknown` when nobody can tell, which is neither yes nor no. */
export type SessionStatus = 'good' | 'revoked' | 'unknown';

/** What is known of sessions whose tokens are dead before their time. */
export interface RevocationChecker {
  /**
   * How the token of this viewer's session stands: revoked when the session ended, or when what its tokens said of the
   * user is no longer so. To be asked on every request, behind every cache: a token that was found good may have died
   * a moment ago.
   */
  statusOf(viewer: Pick<Viewer, 'userId' | 'sessionId'>): Promise<SessionStatus>;
}
