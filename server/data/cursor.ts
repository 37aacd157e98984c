import { isIdentifier } from './identifier.ts';

/** Where a task stands in its owner's list: the key that pages are cut at. */
export interface Place {
  readonly position: number;
  readonly id: string;
}

/** Writes a place as an opaque cursor. It holds no secret and grants nothing: rows are the viewer's whatever it says. */
export function encodeCursor({ position, id }: Place): string {
  return Buffer.from(JSON.stringify([position, id])).toString('base64url');
}

/** Reads a cursor; null for anything that `encodeCursor` did not write. */
export function decodeCursor(cursor: string): Place | null {
  const place = parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  return place !== null && encodeCursor(place) === cursor ? place : null;
}

function parse(text: string): Place | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return null;
    const [position, id] = value as unknown[];
    return Number.isFinite(position) && typeof id === 'string' && isIdentifier(id)
      ? { position: position as number, id }
      : null;
  } catch {
    return null;
  }
}
