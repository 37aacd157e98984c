import type { TaskForm } from './changed-fields.ts';

/** An edit on top of a change that was made elsewhere. */
export interface MergedEdit {
  /** The values of the form: what the user changed, else what is there now. */
  readonly values: TaskForm;
  /** The fields that both changed, to different values. */
  readonly conflicts: readonly (keyof TaskForm)[];
}

const FIELDS = ['title', 'description', 'dueDay', 'priority'] as const satisfies readonly (keyof TaskForm)[];

/**
 * Merges an edit with a change that was made elsewhere (a three-way merge by field).
 * @param opened the values when the user began
 * @param current the values now
 * @param mine the user's values
 */
export function mergeEdits(opened: TaskForm, current: TaskForm, mine: TaskForm): MergedEdit {
  const changedHere = FIELDS.filter((field) => mine[field] !== opened[field]);
  const kept = Object.fromEntries(changedHere.map((field) => [field, mine[field]]));
  return {
    values: { ...current, ...kept },
    conflicts: changedHere.filter((field) => current[field] !== opened[field] && current[field] !== mine[field]),
  };
}
