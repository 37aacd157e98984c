import type { AuthEventRow } from './auth-event.ts';
import { isIdentifier } from './identifier.ts';

/** Where an event stands in the log, newest first: the key that pages are cut at. */
export interface Moment {
  readonly at: Date;
  readonly id: string;
}

/** The largest distance from the epoch that a Date can hold, in milliseconds (ECMA-262, "Time Values"). */
const FARTHEST = 8.64e15;

/** Writes an event's place as an opaque cursor. It grants nothing: which rows there are is decided elsewhere. */
export function encodeAuthEventCursor({ createdAt, id }: Pick<AuthEventRow, 'createdAt' | 'id'>): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url');
}

/** Reads a cursor; null for anything that `encodeAuthEventCursor` did not write. */
export function decodeAuthEventCursor(cursor: string): Moment | null {
  const moment = parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  return moment !== null && encodeAuthEventCursor({ createdAt: moment.at, id: moment.id }) === cursor ? moment : null;
}

function parse(text: string): Moment | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return null;
    const [at, id] = value as unknown[];
    return Number.isInteger(at) && Math.abs(at as number) <= FARTHEST && typeof id === 'string' && isIdentifier(id)
      ? { at: new Date(at as number), id }
      : null;
  } catch {
    return null;
  }
}
