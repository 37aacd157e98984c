/** What the engine needs to know of a caller who showed a verified token. Without one there is no viewer: null. */
export interface AccessViewer {
  /** The verified user: what owner fields and owner arguments are compared with, byte for byte. */
  readonly userId: string;
  /** What the user may be. A role that the schema does not know grants nothing. */
  readonly roles: readonly string[];
  /** When the user last proved who they are, in seconds since the epoch. */
  readonly authTime: number;
  /** Whether the user has shown that their e-mail address is theirs. */
  readonly emailVerified: boolean;
}
