/** The caller, as the verified access token says it. There is no half of one: without a good token it is null. */
export interface Viewer {
  /** The user's id: a UUID in canonical form. It comes from the verified claims and from nowhere else. */
  readonly userId: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly roles: readonly string[];
  /** The session that the token was issued for. */
  readonly sessionId: string;
  /** When the user last proved who they are, in seconds since the epoch. */
  readonly authTime: number;
}
