/** The authenticated user, from the claims of the verified access token. An anonymous request has null instead. */
export interface Viewer {
  /** The user's id, a UUID in canonical form. The verified claims are its only source. */
  readonly userId: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly roles: readonly string[];
  /** The scopes of the token. Default: none, as in every token of the web app. */
  readonly scopes?: readonly string[];
  /** The session that the token was issued for. */
  readonly sessionId: string;
  /** When the user last signed in, in seconds since the epoch. */
  readonly authTime: number;
}
