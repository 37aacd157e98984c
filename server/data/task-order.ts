import { decodeCursor, encodeCursor, type Place } from './cursor.ts';
import type { Order } from './select.ts';

/** What tasks can be ordered by, and which end comes first. */
export interface TaskOrder {
  readonly field: keyof typeof KEYS;
  readonly direction: 'ASC' | 'DESC';
}

/** A key of an order, as SQL computes it and as a cursor carries it. */
interface Key {
  readonly expression: string;
  /** The type of the expression, to which a cursor's key is cast. */
  readonly type: string;
  /** Whether a value out of a cursor can be this key. */
  isKey(value: unknown): boolean;
  readonly nullable?: boolean;
}

/** Moments are kept to the microsecond, and a cursor has to be as exact: a `Date` would lose three digits. */
const moment = (column: string) => ({
  expression: `cast(extract(epoch from "${column}") * 1000000 as bigint)`,
  type: 'bigint',
  isKey: (value: unknown) => typeof value === 'string' && /^(?:0|-?[1-9]\d{0,17})$/.test(value),
});

const KEYS = {
  POSITION: { expression: '"position"', type: 'double precision', isKey: Number.isFinite },
  CREATED_AT: moment('created_at'),
  UPDATED_AT: moment('updated_at'),
  DUE_AT: { ...moment('due_at'), nullable: true },
  PRIORITY: {
    expression: `array_position(array['LOW', 'NORMAL', 'HIGH'], "priority")`,
    type: 'integer',
    isKey: (value) => value === 1 || value === 2 || value === 3,
  },
  TITLE: { expression: 'lower("title")', type: 'text', isKey: isTitle },
} as const satisfies Record<string, Key>;

/** Small letters can be more than the capitals they come from, never many more. NUL and lone surrogates are no text. */
function isTitle(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1_000 && value.isWellFormed() && !value.includes('\0');
}

/** The name under which a row carries the key of its order. */
export const CURSOR_KEY = 'cursorKey';

/** A place between two rows of an order: what a page begins behind. */
export interface Cut {
  /** Behind nothing, behind a row with a key, or behind a row without one. */
  readonly kind: 'start' | 'key' | 'null';
  readonly place: Place | null;
}

/** Reads where a page begins; null when `after` is no cursor of this order. */
export function cutAfter({ field, direction }: TaskOrder, after: string | null): Cut | null {
  if (after === null) return { kind: 'start', place: null };
  const { isKey, nullable }: Key = KEYS[field];
  const place = decodeCursor(`${field} ${direction}`, (key) => (key === null ? nullable === true : isKey(key)), after);
  return place && { kind: place.key === null ? 'null' : 'key', place };
}

/** The cursor of a row that was read in this order. */
export function cursorIn({ field, direction }: TaskOrder, key: Place['key'], id: string): string {
  return encodeCursor(`${field} ${direction}`, { key, id });
}

/** The SQL of an order: its key, how rows are sorted, and which of them follow `:key` and `:cursorId`. */
export function orderSql({ field, direction }: TaskOrder, cut: Cut['kind']) {
  const { expression, type, nullable = false }: Key = KEYS[field];
  const follows = direction === 'ASC' ? '>' : '<';
  const afterKey = `(${expression}, "id") ${follows} (cast(:key as ${type}), cast(:cursorId as uuid))`;
  const conditions = {
    start: [],
    key: [nullable ? `${afterKey} OR ${expression} IS NULL` : afterKey],
    null: [`${expression} IS NULL`, `"id" ${follows} cast(:cursorId as uuid)`],
  };
  const orderBy: readonly Order[] = [
    { by: `"${CURSOR_KEY}"`, direction, nullsLast: nullable },
    { by: '"id"', direction },
  ];
  return { key: expression, orderBy, where: conditions[cut] };
}
