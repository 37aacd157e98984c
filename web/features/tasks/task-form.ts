import { formText } from '../../components/form-text.ts';
import type { Priority, TaskFieldsFragment } from '../../graphql/generated/operations.ts';
import type { TaskForm } from './changed-fields.ts';
import { dateInputValue } from './due-label.ts';

/** Returns the values of the form for a task. */
export function formOf(task: TaskFieldsFragment): TaskForm {
  const { title, description, priority } = task;
  return { title, description, dueDay: dateInputValue(task.dueAt), priority };
}

/** Returns the values of the form. */
export function readForm(element: HTMLFormElement): TaskForm {
  const form = new FormData(element);
  return {
    title: formText(form, 'title'),
    description: formText(form, 'description'),
    dueDay: formText(form, 'dueDay'),
    priority: formText(form, 'priority') as Priority,
  };
}
