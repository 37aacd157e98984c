/** Which tasks are meant: those for which all that is said here holds. */
export interface TaskFilter {
  readonly done?: boolean | null;
  /** In title or description, capitals or not; every character stands for itself. */
  readonly text?: string | null;
  /** Due then or later. */
  readonly dueAfter?: Date | null;
  /** Due earlier. */
  readonly dueBefore?: Date | null;
}

/** A condition for each part of a filter; `strpos`, unlike LIKE, knows no wildcards. */
const CONDITIONS = {
  done: '"done" = :done',
  text: 'strpos(lower("title"), lower(:text)) > 0 OR strpos(lower("description"), lower(:text)) > 0',
  dueAfter: '"due_at" >= :dueAfter',
  dueBefore: '"due_at" < :dueBefore',
} as const satisfies Record<keyof TaskFilter, string>;

const PARTS = Object.keys(CONDITIONS) as readonly (keyof TaskFilter)[];

/** The parts of a filter that say something, in a fixed order: filters of the same parts have the same SQL. */
export function filterParts(filter: TaskFilter): readonly (keyof TaskFilter)[] {
  return PARTS.filter((part) => filter[part] !== null && filter[part] !== undefined);
}

/** What has to hold, in SQL. Its values are called as the parts are. */
export function filterSql(parts: readonly (keyof TaskFilter)[]): readonly string[] {
  return parts.map((part) => CONDITIONS[part]);
}
