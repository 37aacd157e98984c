import type { TaskFilter, TaskOrder, TaskRowFragment } from '../../graphql/generated/operations.ts';

/** A task as far as the cache has it: rows have no description. */
export type KnownTask = Omit<TaskRowFragment, '__typename' | ' $fragmentName'> & { readonly description?: string };

const PRIORITIES = ['LOW', 'NORMAL', 'HIGH'] as const;

/** Returns whether a task matches a filter, as the API decides; undefined if the cache cannot know. */
export function matchesFilter(filter: TaskFilter | null | undefined, task: KnownTask): boolean | undefined {
  const { done, dueAfter, dueBefore, text } = filter ?? {};
  if (done != null && task.done !== done) return false;
  if ((dueAfter != null || dueBefore != null) && task.dueAt === null) return false;
  const due = Date.parse(task.dueAt ?? '');
  if (dueAfter != null && due < Date.parse(dueAfter)) return false;
  if (dueBefore != null && due >= Date.parse(dueBefore)) return false;
  if (text == null) return true;
  const searched = text.toLowerCase();
  if (task.title.toLowerCase().includes(searched)) return true;
  return task.description?.toLowerCase().includes(searched);
}

/** The value that a task is sorted by. Null comes last in both directions. */
function sortKey(field: TaskOrder['field'], task: KnownTask): number | string | null {
  switch (field) {
    case 'CREATED_AT':
      return Date.parse(task.createdAt);
    case 'UPDATED_AT':
      return Date.parse(task.updatedAt);
    case 'DUE_AT':
      return task.dueAt === null ? null : Date.parse(task.dueAt);
    case 'PRIORITY':
      return PRIORITIES.indexOf(task.priority);
    case 'TITLE':
      return task.title;
    default:
      return task.position;
  }
}

/** Returns whether a task has another place in an order than before. */
export const isMoved = ({ field }: TaskOrder, before: KnownTask, after: KnownTask): boolean =>
  sortKey(field, before) !== sortKey(field, after);

/** Returns whether the cache can tell the place of a task: the order of titles depends on the database's collation. */
export const isKnownOrder = ({ field }: TaskOrder): boolean => field !== 'TITLE';

/**
 * Returns whether the cache cannot tell which of two tasks is first: the API sorts by microseconds, and returns
 * milliseconds.
 */
export const isTie = ({ field }: TaskOrder, a: KnownTask, b: KnownTask): boolean =>
  (field === 'CREATED_AT' || field === 'UPDATED_AT') && sortKey(field, a) === sortKey(field, b);

/** Compares two tasks in an order, as the API sorts: negative if `a` is first. Only for a known order. */
export function compareTasks({ field, direction }: TaskOrder, a: KnownTask, b: KnownTask): number {
  const [keyA, keyB] = [sortKey(field, a), sortKey(field, b)];
  const sign = direction === 'DESC' ? -1 : 1;
  if (keyA === keyB) return a.id < b.id ? -sign : sign;
  if (keyA === null) return 1;
  if (keyB === null) return -1;
  return keyA < keyB ? -sign : sign;
}
