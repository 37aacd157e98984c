import { formText } from '../../components/form-text.ts';
import type { TaskForm } from './changed-fields.ts';

/** The values of the form that adds a task. */
export type NewTaskForm = Omit<TaskForm, 'description'>;

/** The values of the empty form. */
export const NOTHING_TYPED: NewTaskForm = { title: '', dueDay: '', priority: 'NORMAL' };

const PRIORITIES = ['LOW', 'NORMAL', 'HIGH'] as const;
const priorityOf = (value: unknown) => PRIORITIES.find((priority) => priority === value);

/** Returns the values of the form; the title without white space around it. */
export function readNewTask(element: HTMLFormElement): NewTaskForm {
  const form = new FormData(element);
  return {
    title: formText(form, 'title').trim(),
    dueDay: formText(form, 'dueDay'),
    priority: priorityOf(form.get('priority')) ?? NOTHING_TYPED.priority,
  };
}

/** Returns whether fields besides the title have values of their own. */
export const hasDetails = (form: NewTaskForm | null): boolean =>
  form !== null && (form.dueDay !== '' || form.priority !== NOTHING_TYPED.priority);

/** Returns whether the form is as it was at first. */
export const isEmpty = (form: NewTaskForm): boolean => form.title === '' && !hasDetails(form);

/** Returns whether a value from the storage is a draft of the form. */
export function isDraft(value: unknown): value is NewTaskForm {
  const { title, dueDay, priority } = (value ?? {}) as Partial<Record<keyof NewTaskForm, unknown>>;
  return typeof title === 'string' && typeof dueDay === 'string' && priorityOf(priority) !== undefined;
}
