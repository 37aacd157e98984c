import { type FormEvent, useId, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './add-task.module.css';
import { MAX_TITLE_LENGTH } from './limits.ts';
import type { Attempt } from './use-attempt.ts';
import { useCreateTask } from './use-create-task.ts';

/**
 * One line and Enter: that is all a task needs. The rest can wait until it is edited. The text stays in the field
 * itself and not in React's state, which would throw away what was typed before the page's scripts had come.
 */
export function AddTask({ attempt }: { attempt: Attempt }) {
  const id = useId();
  const hydrated = useHydrated();
  const input = useRef<HTMLInputElement>(null);
  const createTask = useCreateTask();

  async function add(event: FormEvent) {
    event.preventDefault();
    const field = input.current;
    const title = field?.value.trim();
    field?.focus();
    if (!field || !title) return;
    field.value = '';
    const added = await attempt(async () => {
      await createTask(title);
      return `Added: ${title}`;
    });
    // What could not be added is given back, unless something else is being typed by now.
    if (!added && field.value === '') field.value = title;
  }

  return (
    <form className={styles.form} onSubmit={add}>
      <label className={styles.label} htmlFor={id}>
        New task
      </label>
      <input
        ref={input}
        id={id}
        className={styles.input}
        maxLength={MAX_TITLE_LENGTH}
        placeholder="What is to be done?"
        autoComplete="off"
        enterKeyHint="done"
      />
      <Button variant="primary" type="submit" disabled={!hydrated}>
        Add
      </Button>
    </form>
  );
}
