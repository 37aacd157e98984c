/** When waiting for an operation's result ends. */
export interface Deadline {
  /** Aborts when the client disconnects; null if a disconnect ends nothing. */
  readonly clientGone: AbortSignal | null;
  /** When the operation times out, in milliseconds on the clock of `performance.now()`. */
  readonly expiresAt: number;
}

/** Never expires: only the time limit of each statement applies. */
export const NO_DEADLINE: Deadline = { clientGone: null, expiresAt: Number.POSITIVE_INFINITY };
