/** How long the answer to an operation is waited for. */
export interface Patience {
  /** Aborts when the client has left; null where that ends nothing. */
  readonly left: AbortSignal | null;
  /** When the answer is due: milliseconds on the clock of `performance.now()`. */
  readonly due: number;
}

/** Waits as long as each statement may take, and no client of it can leave. */
export const PATIENT: Patience = { left: null, due: Number.POSITIVE_INFINITY };
