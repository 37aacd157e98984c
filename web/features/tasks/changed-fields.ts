import type { Priority, TaskFieldsFragment } from '../../graphql/generated/operations.ts';
import { dateInputValue, dueAtOn } from './due-label.ts';
import type { TaskChange } from './update-task.ts';

/** The values of the edit dialog. */
export interface TaskForm {
  readonly title: string;
  readonly description: string;
  /** `2026-11-21`, or empty. */
  readonly dueDay: string;
  readonly priority: Priority;
}

/**
 * Returns the fields that differ from the task: a change of another field in another tab is not overwritten. If the due
 * day is unchanged, so is the due time, which another client may have set to the minute.
 */
export function changedFields(task: TaskFieldsFragment, form: TaskForm): TaskChange {
  const sameDay = form.dueDay === dateInputValue(task.dueAt);
  return {
    ...(form.title !== task.title && { title: form.title }),
    ...(form.description !== task.description && { description: form.description }),
    ...(!sameDay && { dueAt: dueAtOn(form.dueDay) }),
    ...(form.priority !== task.priority && { priority: form.priority }),
  };
}
