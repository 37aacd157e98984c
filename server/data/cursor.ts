import { isIdentifier } from './identifier.ts';

/** Where a row stands in an ordered list: the keys that pages are cut at. */
export interface Place {
  readonly key: number | string | null;
  readonly id: string;
}

/** Writes a place in an order as an opaque cursor. It holds no secret and grants nothing: rows are the viewer's whatever it says. */
export function encodeCursor(order: string, { key, id }: Place): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/**
 * Reads a cursor; null for anything that `encodeCursor` did not write for this order.
 * @param isKey whether a value can be this order's key: what passes here is compared with a column
 */
export function decodeCursor(order: string, isKey: (key: unknown) => boolean, cursor: string): Place | null {
  const place = parse(order, isKey, Buffer.from(cursor, 'base64url').toString('utf8'));
  return place !== null && encodeCursor(order, place) === cursor ? place : null;
}

function parse(order: string, isKey: (key: unknown) => boolean, text: string): Place | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return null;
    const [itsOrder, key, id] = value as unknown[];
    return itsOrder === order && isKey(key) && typeof id === 'string' && isIdentifier(id)
      ? { key: key as Place['key'], id }
      : null;
  } catch {
    return null;
  }
}
