/** The client of a request, as events of the security log name it. */
export interface RequestClient {
  /** The IP address; null if it is unknown. */
  readonly address: string | null;
  /** The User-Agent header, at most 300 characters; null without one. */
  readonly userAgent: string | null;
}

/** The client of work that no request asked for. */
export const NO_CLIENT: RequestClient = { address: null, userAgent: null };
