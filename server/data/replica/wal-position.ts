/**
 * A position in PostgreSQL's write-ahead log (type `pg_lsn`). Positions of one server and its replicas only grow: a replica
 * that has replayed a position shows every transaction that was committed before it.
 */
export type WalPosition = bigint;

/** Beyond every position: no replica has replayed it. */
export const UNREACHABLE: WalPosition = 2n ** 64n - 1n;

const HALF = 32n;

/** Parses PostgreSQL's text form, such as `16/B374D848`; null for anything else, such as the NULL of a server that replays nothing. */
export function parseWalPosition(text: string | null | undefined): WalPosition | null {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text ?? '') ?? [];
  return high === undefined ? null : (BigInt(`0x${high}`) << HALF) | BigInt(`0x${low}`);
}
