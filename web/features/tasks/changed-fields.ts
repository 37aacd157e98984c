import type { Priority, TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { dateInputValue, dueAtEndOf } from './due-label.ts';
import type { TaskChange } from './use-update-task.ts';

/** What stands in the fields of the edit dialog. */
export interface TaskForm {
  readonly title: string;
  readonly description: string;
  /** `2026-11-21`, or empty. */
  readonly dueDay: string;
  readonly priority: Priority;
}

/**
 * What differs from the task, and nothing else: what another tab has changed meanwhile stays changed. A due time that
 * another client has set to the minute is kept for as long as its day is.
 */
export function changedFields(task: TaskFieldsFragment, form: TaskForm): TaskChange {
  const sameDay = form.dueDay === dateInputValue(task.dueAt);
  return {
    ...(form.title !== task.title && { title: form.title }),
    ...(form.description !== task.description && { description: form.description }),
    ...(!sameDay && { dueAt: dueAtEndOf(form.dueDay) }),
    ...(form.priority !== task.priority && { priority: form.priority }),
  };
}
