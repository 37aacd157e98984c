import { isCanonicalUuid } from '../../uuid.ts';

/** The position of a row in an ordered list: its sort key, and its id to break ties. */
export interface CursorPosition {
  readonly key: number | string | null;
  readonly id: string;
}

/**
 * Encodes a position as an opaque cursor. It is not signed: a forged cursor still selects among the viewer's rows only.
 */
export function encodeCursor(order: string, { key, id }: CursorPosition): string {
  return Buffer.from(JSON.stringify([order, key, id])).toString('base64url');
}

/**
 * Decodes a cursor; returns null for anything that `encodeCursor` did not write for this order.
 * @param isValidKey whether a value can be a sort key of this order; a valid key is compared with a column in SQL
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
