import { type FormEvent, useEffect, useId, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { readDraft, writeDraft } from '../../graphql/drafts.ts';
import styles from './add-task.module.css';
import { MAX_TITLE_LENGTH } from './limits.ts';
import type { Attempt } from './use-attempt.ts';
import { useCreateTask } from './use-create-task.ts';

/** The name of the field's draft. */
const DRAFT = 'new-task';
const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * The field that adds a task by its title; other fields are set by editing it. The field is uncontrolled: React state
 * would discard text typed before hydration. Its text survives the end of the session (graphql/drafts.ts).
 */
export function AddTask({ attempt }: { attempt: Attempt }) {
  const id = useId();
  const hydrated = useHydrated();
  const input = useRef<HTMLInputElement>(null);
  const createTask = useCreateTask();
  const userId = useUserId();

  useEffect(() => {
    const field = input.current;
    if (field?.value === '') field.value = readDraft(userId, DRAFT, isText) ?? '';
  }, [userId]);

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
    // Restores the title after a failure, unless the user is typing another one.
    if (!added && field.value === '') field.value = title;
    // Until here the draft was the title: the session could have ended.
    writeDraft(userId, DRAFT, field.value || null);
  }

  return (
    <form className={styles.form} onSubmit={add}>
      <label className={styles.label} htmlFor={id}>
        New task
      </label>
      <input
        ref={input}
        id={id}
        onInput={({ currentTarget: { value } }) => writeDraft(userId, DRAFT, value || null)}
        className={styles.input}
        maxLength={MAX_TITLE_LENGTH}
        placeholder="What needs to be done?"
        autoComplete="off"
        enterKeyHint="done"
      />
      <Button variant="primary" type="submit" disabled={!hydrated}>
        Add
      </Button>
    </form>
  );
}
