import type { TaskForm } from './changed-fields.ts';

/** Sets the values of the form's fields, which are uncontrolled. */
export function fillForm(element: HTMLFormElement, values: Partial<TaskForm>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = element.elements.namedItem(name);
    if (field && 'value' in field) field.value = value;
  }
}
