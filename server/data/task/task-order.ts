import { decodeCursor, encodeCursor, type CursorPosition } from '../query/cursor.ts';
import type { SortOrder } from '../query/select-statement.ts';

/** What tasks can be ordered by, and which end comes first. */
export interface TaskOrder {
  readonly field: keyof typeof SORT_KEYS;
  readonly direction: 'ASC' | 'DESC';
}

/** A key of an order, as SQL computes it and as a cursor carries it. */
interface SortKey {
  readonly expression: string;
  /** The type of the expression, to which a cursor's key is cast. */
  readonly type: string;
  /** Whether a value out of a cursor can be this key. */
  isValidKey(value: unknown): boolean;
  readonly nullable?: boolean;
}

/** Moments are kept to the microsecond, and a cursor has to be as exact: a `Date` would lose three digits. */
const timestampKey = (column: string) => ({
  expression: `cast(extract(epoch from "${column}") * 1000000 as bigint)`,
  type: 'bigint',
  isValidKey: (value: unknown) => typeof value === 'string' && /^(?:0|-?[1-9]\d{0,17})$/.test(value),
});

const SORT_KEYS = {
  POSITION: { expression: '"position"', type: 'double precision', isValidKey: Number.isFinite },
  CREATED_AT: timestampKey('created_at'),
  UPDATED_AT: timestampKey('updated_at'),
  DUE_AT: { ...timestampKey('due_at'), nullable: true },
  PRIORITY: {
    expression: `array_position(array['LOW', 'NORMAL', 'HIGH'], "priority")`,
    type: 'integer',
    isValidKey: (value) => value === 1 || value === 2 || value === 3,
  },
  TITLE: { expression: 'lower("title")', type: 'text', isValidKey: isTitle },
} as const satisfies Record<string, SortKey>;

/** Small letters can be more than the capitals they come from, never many more. NUL and lone surrogates are no text. */
function isTitle(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1_000 && value.isWellFormed() && !value.includes('\0');
}

/** The name under which a row carries the key of its order. */
export const CURSOR_KEY = 'cursorKey';

/** A place between two rows of an order: what a page begins behind. */
export interface PageStart {
  /** Behind nothing, behind a row with a key, or behind a row without one. */
  readonly kind: 'start' | 'key' | 'null';
  readonly position: CursorPosition | null;
}

/** Reads where a page begins; null when `after` is no cursor of this order. */
export function parseAfter({ field, direction }: TaskOrder, after: string | null): PageStart | null {
  if (after === null) return { kind: 'start', position: null };
  const { isValidKey, nullable }: SortKey = SORT_KEYS[field];
  const position = decodeCursor(
    `${field} ${direction}`,
    (key) => (key === null ? nullable === true : isValidKey(key)),
    after,
  );
  return position && { kind: position.key === null ? 'null' : 'key', position };
}

/** The cursor of a row that was read in this order. */
export function encodeTaskCursor({ field, direction }: TaskOrder, key: CursorPosition['key'], id: string): string {
  return encodeCursor(`${field} ${direction}`, { key, id });
}

/** The SQL of an order: its key, how rows are sorted, and which of them follow `:key` and `:cursorId`. */
export function taskOrderSql({ field, direction }: TaskOrder, startKind: PageStart['kind']) {
  const { expression, type, nullable = false }: SortKey = SORT_KEYS[field];
  const follows = direction === 'ASC' ? '>' : '<';
  const afterKey = `(${expression}, "id") ${follows} (cast(:key as ${type}), cast(:cursorId as uuid))`;
  const conditions = {
    start: [],
    key: [nullable ? `${afterKey} OR ${expression} IS NULL` : afterKey],
    null: [`${expression} IS NULL`, `"id" ${follows} cast(:cursorId as uuid)`],
  };
  const orderBy: readonly SortOrder[] = [
    { by: `"${CURSOR_KEY}"`, direction, nullsLast: nullable },
    { by: '"id"', direction },
  ];
  return { key: expression, orderBy, where: conditions[startKind] };
}
