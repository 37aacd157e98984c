/** How long the answer to an operation is waited for. */
export interface Deadline {
  /** Aborts when the client has left; null where that ends nothing. */
  readonly clientGone: AbortSignal | null;
  /** When the answer is due: milliseconds on the clock of `performance.now()`. */
  readonly expiresAt: number;
}

/** Waits as long as each statement may take, and no client of it can leave. */
export const NO_DEADLINE: Deadline = { clientGone: null, expiresAt: Number.POSITIVE_INFINITY };
