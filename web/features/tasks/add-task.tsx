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

  async function add(title: string, field: HTMLInputElement) {
    const change = async () => {
      await createTask(title);
      return `Added: ${title}`;
    };
    // After a failure the field gets the title back; if the user types another one there, the error has it.
    const isTyping = () => field.value !== '';
    const tryAgain = () => (isTyping() ? { label: 'Try again', run: () => void add(title, field) } : undefined);
    const added = await attempt(change, { title, action: tryAgain });
    if (!added && !isTyping()) field.value = title;
    // Until here the draft was the title: the session could have ended.
    writeDraft(userId, DRAFT, field.value || null);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const field = input.current;
    const title = field?.value.trim();
    field?.focus();
    if (!field || !title) return;
    field.value = '';
    void add(title, field);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <label className={styles.label} htmlFor={id}>
        New task
      </label>
      <input
        ref={input}
        id={id}
        onInput={({ currentTarget: { value } }) => writeDraft(userId, DRAFT, value || null)}
        className={styles.input}
        maxLength={MAX_TITLE_LENGTH}
        dir="auto"
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
