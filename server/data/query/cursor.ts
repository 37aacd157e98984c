import { isCanonicalUuid } from '../../uuid.ts';

/** Where a row stands in an ordered list: the keys that pages are cut at. */
export interface CursorPosition {
  readonly key: number | string | null;
  readonly id: string;
}

/** Writes a place in an order as an opaque cursor. It holds no secret and grants nothing: rows are the viewer's whatever it says. */
export function encodeCursor(order: string, { key, id }: CursorPosition): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/**
 * Reads a cursor; null for anything that `encodeCursor` did not write for this order.
 * @param isValidKey whether a value can be this order's key: what passes here is compared with a column
 */
export function decodeCursor(
  order: string,
  isValidKey: (key: unknown) => boolean,
  cursor: string,
): CursorPosition | null {
  const position = parseCursor(order, isValidKey, Buffer.from(cursor, 'base64url').toString('utf8'));
  return position !== null && encodeCursor(order, position) === cursor ? position : null;
}

function parseCursor(order: string, isValidKey: (key: unknown) => boolean, text: string): CursorPosition | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return null;
    const [cursorOrder, key, id] = value as unknown[];
    return cursorOrder === order && isValidKey(key) && typeof id === 'string' && isCanonicalUuid(id)
      ? { key: key as CursorPosition['key'], id }
      : null;
  } catch {
    return null;
  }
}
