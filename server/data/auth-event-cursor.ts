import type { AuthEventRow } from './auth-event.ts';
import { isIdentifier } from './identifier.ts';

/** Where an event stands in the log, newest first: the key that pages are cut at. */
export interface Moment {
  readonly at: Date;
  readonly id: string;
}

/** The end of the year 9999, in milliseconds since the epoch: what Date and timestamptz both take and write in one way. */
const LATEST = 253_402_300_799_999;

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
    if (typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at > LATEST) return null;
    return typeof id === 'string' && isIdentifier(id) ? { at: new Date(at), id } : null;
  } catch {
    return null;
  }
}
