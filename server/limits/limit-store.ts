/** A claim as the store gets it. Times in milliseconds on the store's clock; requests as in `Claim`. */
export interface StoreClaim {
  /** 16 bytes: addresses and ids are not stored in clear. */
  readonly key: Buffer;
  readonly usedUpAt: number;
  readonly spent: number;
  readonly wanted: number;
  /** The interval of the limit's even rate: grants are whole multiples of it. */
  readonly step: number;
  /** The longest time from now until when the key may be used up. */
  readonly most: number;
}

/** What the store returns for a settlement. */
export interface Settlement {
  /** The store's clock, in milliseconds since the epoch. */
  readonly clock: number;
  /** The number of processes that have settled in the last two minutes. */
  readonly processes: number;
  /** For each claim, in its order. */
  readonly answers: readonly { readonly usedUpAt: number; readonly granted: number }[];
}

/** Where processes settle what they have counted. */
export interface LimitStore {
  readonly name: 'postgresql' | 'redis';
  /**
   * Charges the claims of this process and registers it, in one statement.
   * @throws if the store has not answered within `STORE_TIMEOUT`
   */
  settle(claims: readonly StoreClaim[]): Promise<Settlement>;
  close(): Promise<void>;
}

/** How long a store may take to connect, and to answer a settlement, in milliseconds. */
export const STORE_TIMEOUT = 1_000;
