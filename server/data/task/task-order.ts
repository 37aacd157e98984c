import { decodeCursor, encodeCursor, type CursorPosition } from '../query/cursor.ts';
import type { SortOrder } from '../query/select-statement.ts';

/** The sort order of tasks. */
export interface TaskOrder {
  readonly field: keyof typeof SORT_KEYS;
  readonly direction: 'ASC' | 'DESC';
}

/** The sort key of an order: how SQL computes it, and how a cursor stores it. */
interface SortKey {
  readonly expression: string;
  /** The SQL type of the expression. A cursor's key is cast to it. */
  readonly type: string;
  /** Whether a value from a cursor can be this key. */
  isValidKey(value: unknown): boolean;
  readonly nullable?: boolean;
}

/** PostgreSQL stores microseconds. A `Date` would lose three digits, and a page could skip or repeat rows. */
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

/**
 * `lower()` can lengthen a title of 200 characters, but not beyond 1,000. PostgreSQL rejects NUL and lone surrogates.
 */
function isTitle(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1_000 && value.isWellFormed() && !value.includes('\0');
}

/** The name of the selected column that holds the sort key. */
export const CURSOR_KEY = 'cursorKey';

/** Where a page starts. */
export interface PageStart {
  /** At the beginning, after a row with a key, or after a row whose key is null. */
  readonly kind: 'start' | 'key' | 'null';
  readonly position: CursorPosition | null;
}

/** Parses the `after` argument; returns null if it is not a valid cursor of this order. */
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

/** Encodes the cursor of a row of this order. */
export function encodeTaskCursor({ field, direction }: TaskOrder, key: CursorPosition['key'], id: string): string {
  return encodeCursor(`${field} ${direction}`, { key, id });
}

/**
 * Returns the SQL of an order: its sort key, ORDER BY, and the conditions for the rows after `:key` and `:cursorId`.
 * @param isKeySelected whether the statement selects the sort key as `CURSOR_KEY`, by which ORDER BY then names it
 */
export function taskOrderSql({ field, direction }: TaskOrder, startKind: PageStart['kind'], isKeySelected: boolean) {
  const { expression, type, nullable = false }: SortKey = SORT_KEYS[field];
  const comparison = direction === 'ASC' ? '>' : '<';
  const afterKey = `(${expression}, "id") ${comparison} (cast(:key as ${type}), cast(:cursorId as uuid))`;
  const conditions = {
    start: [],
    key: [nullable ? `${afterKey} OR ${expression} IS NULL` : afterKey],
    null: [`${expression} IS NULL`, `"id" ${comparison} cast(:cursorId as uuid)`],
  };
  const orderBy: readonly SortOrder[] = [
    { by: isKeySelected ? `"${CURSOR_KEY}"` : expression, direction, nullsLast: nullable },
    { by: '"id"', direction },
  ];
  return { key: expression, orderBy, where: conditions[startKind] };
}
