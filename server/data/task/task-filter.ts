/** Selects the tasks that match all given parts. A part that is null or left out matches every task. */
export interface TaskFilter {
  readonly done?: boolean | null;
  /** Contained in title or description, ignoring case. There are no wildcards. */
  readonly text?: string | null;
  /** Due at this time or later. */
  readonly dueAfter?: Date | null;
  /** Due before this time. */
  readonly dueBefore?: Date | null;
}

/** The condition of each part of a filter. `strpos` has no wildcards, unlike LIKE. */
const CONDITIONS = {
  done: '"done" = :done',
  text: 'strpos(lower("title"), lower(:text)) > 0 OR strpos(lower("description"), lower(:text)) > 0',
  dueAfter: '"due_at" >= :dueAfter',
  dueBefore: '"due_at" < :dueBefore',
} as const satisfies Record<keyof TaskFilter, string>;

const PARTS = Object.keys(CONDITIONS) as readonly (keyof TaskFilter)[];

/**
 * Returns the names of the parts that are set, in a fixed order, so that filters with the same parts share their SQL.
 */
export function filterParts(filter: TaskFilter): readonly (keyof TaskFilter)[] {
  return PARTS.filter((part) => filter[part] !== null && filter[part] !== undefined);
}

/** Returns the SQL conditions of these parts. Each has a parameter of the same name. */
export function filterSql(parts: readonly (keyof TaskFilter)[]): readonly string[] {
  return parts.map((part) => CONDITIONS[part]);
}
