import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { readDraft, writeDraft } from '../../graphql/drafts.ts';
import styles from './add-task.module.css';
import { dueAtOn } from './due-label.ts';
import { fillForm } from './fill-form.ts';
import { MAX_TITLE_LENGTH } from './limits.ts';
import { hasDetails, isDraft, isEmpty, NOTHING_TYPED, type NewTaskForm, readNewTask } from './new-task-form.ts';
import { PriorityField } from './priority-field.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';
import { ADD_TASK } from '../../words.ts';

/** The name of the form's draft. */
const DRAFT = 'new-task';

/**
 * The form that adds a task: its title and, if the user unfolds them, its due date and priority. The fields are
 * uncontrolled: React state would discard text typed before hydration. Their values survive the end of the session
 * (graphql/drafts.ts).
 */
export function AddTask({ attempt }: { attempt: Attempt }) {
  const id = useId();
  const hydrated = useHydrated();
  const form = useRef<HTMLFormElement>(null);
  const [toggled, setUnfolded] = useState<boolean>();
  const { createTask } = useTaskChanges();
  const userId = useUserId();
  // Unfolded at first if a draft needs the fields.
  const unfolded = toggled ?? (hydrated && hasDetails(readDraft(userId, DRAFT, isDraft)));

  const titleField = () => form.current?.querySelector<HTMLInputElement>('[name=title]');
  const typed = (): NewTaskForm => (form.current ? readNewTask(form.current) : NOTHING_TYPED);
  const keepDraft = () => writeDraft(userId, DRAFT, isEmpty(typed()) ? null : typed());

  /** Fills the form; unfolds the fields that the values need. */
  function fill(values: NewTaskForm) {
    if (form.current) fillForm(form.current, values);
    if (hasDetails(values)) setUnfolded(true);
  }

  /** Unfolds the other fields, or folds and empties them: what is not visible must not be sent. */
  function toggleDetails() {
    if (unfolded && form.current) fillForm(form.current, { ...NOTHING_TYPED, title: typed().title });
    setUnfolded(!unfolded);
    keepDraft();
  }

  useEffect(() => {
    const draft = readDraft(userId, DRAFT, isDraft);
    if (draft && form.current && isEmpty(readNewTask(form.current))) fillForm(form.current, draft);
  }, [userId]);

  async function add(values: NewTaskForm) {
    const { title, dueDay, priority } = values;
    const change = async () => {
      await createTask(title, { dueAt: dueAtOn(dueDay), priority });
      return ADD_TASK.added(title);
    };
    // After a failure the form gets the values back; if the user types another title there, the error has them.
    const isTyping = () => !isEmpty(typed());
    const tryAgain = () => (isTyping() ? { label: ADD_TASK.tryAgain, run: () => void add(values) } : undefined);
    const added = await attempt(change, { title, action: tryAgain });
    if (!added && !isTyping()) fill(values);
    // Until here the draft was the task: the session could have ended.
    keepDraft();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    const values = typed();
    titleField()?.focus();
    if (values.title === '') return;
    if (form.current) fillForm(form.current, NOTHING_TYPED);
    void add(values);
  }

  return (
    <form ref={form} className={styles.form} onSubmit={submit} onInput={keepDraft}>
      <label className={styles.label} htmlFor={id}>
        {ADD_TASK.newTask}
      </label>
      <input
        id={id}
        name="title"
        className={styles.input}
        maxLength={MAX_TITLE_LENGTH}
        dir="auto"
        placeholder={ADD_TASK.whatNeedsToBe}
        autoComplete="off"
        enterKeyHint="done"
        data-shortcut="n"
      />
      <Button variant="primary" type="submit" disabled={!hydrated}>
        {ADD_TASK.add}
      </Button>
      <button
        type="button"
        className={styles.unfold}
        disabled={!hydrated}
        aria-expanded={unfolded}
        aria-controls={`${id}-details`}
        onClick={toggleDetails}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M5 8l5 5 5-5" />
        </svg>
        {ADD_TASK.details}
      </button>
      <div className={styles.details} id={`${id}-details`} hidden={!unfolded}>
        <TextField label={ADD_TASK.due} name="dueDay" type="date" />
        <PriorityField value="NORMAL" />
      </div>
    </form>
  );
}
