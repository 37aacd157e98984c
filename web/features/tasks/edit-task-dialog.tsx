import { useApolloClient } from '@apollo/client/react';
import { type FormEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { lazily } from '../../components/lazily.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useErrorMessage } from '../../components/use-error-message.ts';
import { errorCode } from '../../graphql/error-code.ts';
import { TaskDocument, type TaskFieldsFragment } from '../../graphql/generated/operations.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { ConflictChoice } from './conflict-choice.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { readEdit, writeEdit } from './edit-draft.ts';
import styles from './edit-task-dialog.module.css';
import { taskErrorMessage } from './error-messages.ts';
import { fillForm } from './fill-form.ts';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './limits.ts';
import { mergeEdits } from './merge-edits.ts';
import { PriorityField } from './priority-field.tsx';
import { TaskDates } from './task-dates.tsx';
import { changedFields, type TaskForm } from './changed-fields.ts';
import { formOf, readForm } from './task-form.ts';
import { updateTask } from './update-task.ts';
import { useLeaveGuard } from './use-address.ts';
import { EDIT_TASK_DIALOG } from '../../words.ts';

const TaskSteps = lazily('task-steps', async () => (await import('./task-steps.tsx')).TaskSteps);

interface EditTaskDialogProps {
  readonly task: TaskFieldsFragment;
  /** When the task was done; null while it is open. */
  readonly completedAt: string | null;
  readonly onClose: () => void;
}

/** The fields that were changed here and elsewhere. */
interface Conflict {
  readonly fields: readonly (keyof TaskForm)[];
  readonly mine: TaskForm;
  readonly theirs: TaskForm;
  /** The version of `theirs`. */
  readonly version: number;
}

/** Returns whether a step was typed and not added. */
const hasUnsentStep = (inside: Element) =>
  !!inside.closest('dialog')?.querySelector<HTMLInputElement>('[name=newStep]')?.value;

/**
 * The dialog that edits all fields of a task. It closes once the API has saved them: after a failure, everything typed is
 * still there. What was typed survives the end of the session too (edit-draft.ts).
 */
export function EditTaskDialog({ task, completedAt, onClose }: EditTaskDialogProps) {
  const client = useApolloClient();
  const announce = useAnnounce();
  const userId = useUserId();
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  // The task that the edit is based on: a change that arrives meanwhile must not look like one of the user's.
  const [base, setBase] = useState(task);
  const [initial] = useState(() => formOf(task));
  const [conflict, setConflict] = useState<Conflict>();
  const [titleError, setTitleError] = useState<string>();
  const { errorMessage, showError } = useErrorMessage();
  const [saving, setSaving] = useState(false);
  const [asking, setAsking] = useState(false);

  const isDone = useRef(false);
  const isTyped = () =>
    form.current !== null &&
    (Object.keys(changedFields(base, readForm(form.current))).length > 0 || hasUnsentStep(form.current));

  function close() {
    isDone.current = true;
    writeEdit(userId, null);
    onClose();
  }

  /** Closes the dialog; asks first if something was typed. */
  function dismiss() {
    if (isTyped()) setAsking(true);
    else close();
  }

  // Not in the first render, which must match the HTML of a deep link: the server has no draft.
  const restoreDraft = useEffectEvent(() => {
    const draft = readEdit(userId, task.id);
    if (!draft || !form.current) return;
    fillForm(form.current, draft.values);
    setBase(draft.base);
  });
  useEffect(() => restoreDraft(), []);

  // The dialog opens with what the cache has, and the API may have a newer version.
  const showNewer = useEffectEvent(() => {
    if (task.version === base.version || !form.current || isTyped()) return;
    fillForm(form.current, formOf(task));
    setBase(task);
  });
  useEffect(() => showNewer(), [task.version]);

  // The browser's Back button asks too.
  useLeaveGuard(() => {
    if (isDone.current || !isTyped()) return true;
    setAsking(true);
    return false;
  });

  /**
   * Saves the form. If the task was changed elsewhere, the changes are merged and saved; fields that both changed are
   * left to the user (resolves to false).
   */
  async function saveMerged(element: HTMLFormElement, opened: TaskFieldsFragment): Promise<boolean> {
    const values = readForm(element);
    const change = changedFields(opened, { ...values, title: values.title.trim() });
    if (Object.keys(change).length === 0) return true;
    try {
      await updateTask(client, task, change, opened.version);
      return true;
    } catch (error) {
      if (errorCode(error) !== 'CONFLICT') throw error;
    }
    const { data } = await client.query({
      query: TaskDocument,
      variables: { id: task.id },
      fetchPolicy: 'network-only',
    });
    const current = data?.task;
    // It was deleted meanwhile: saving says so.
    if (!current) {
      await updateTask(client, task, change);
      return true;
    }
    const merged = mergeEdits(formOf(opened), formOf(current), values);
    fillForm(element, merged.values);
    setBase(current);
    writeEdit(userId, { base: current, values: merged.values });
    if (merged.conflicts.length === 0) return saveMerged(element, current);
    setConflict({ fields: merged.conflicts, mine: merged.values, theirs: formOf(current), version: current.version });
    return false;
  }

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (saving) return;
    const element = event.currentTarget;
    if (readForm(element).title.trim() === '') {
      element.querySelector<HTMLInputElement>('[name=title]')?.focus();
      return setTitleError(EDIT_TASK_DIALOG.aTaskNeedsA);
    }
    setTitleError(undefined);
    setSaving(true);
    try {
      const saved = await saveMerged(element, base);
      setSaving(false);
      if (!saved) return showError(EDIT_TASK_DIALOG.changedElsewhere);
    } catch (error) {
      setSaving(false);
      return showError(taskErrorMessage(error));
    }
    announce(EDIT_TASK_DIALOG.saved);
    close();
  }

  return (
    <Dialog title={EDIT_TASK_DIALOG.editTask} onClose={onClose} onDismiss={dismiss}>
      <form
        ref={form}
        id={formId}
        className={styles.form}
        onSubmit={save}
        onInput={({ currentTarget }) => writeEdit(userId, { base, values: readForm(currentTarget) })}
        noValidate
      >
        <TextField
          label={EDIT_TASK_DIALOG.title}
          name="title"
          defaultValue={initial.title}
          maxLength={MAX_TITLE_LENGTH}
          autoComplete="off"
          required
          error={titleError}
        />
        <TextArea
          label={EDIT_TASK_DIALOG.description}
          name="description"
          defaultValue={initial.description}
          maxLength={MAX_DESCRIPTION_LENGTH}
        />
        <div className={styles.pair}>
          <TextField label={EDIT_TASK_DIALOG.due} name="dueDay" type="date" defaultValue={initial.dueDay} />
          <PriorityField value={initial.priority} />
        </div>
      </form>
      <TaskSteps taskId={task.id} />
      <TaskDates task={task} completedAt={completedAt} />
      <div className={styles.outcome}>
        {/* A new element each time, so that screen readers read a repeated message again. */}
        {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
        {conflict?.fields.map((field) => (
          <ConflictChoice
            key={`${conflict.version} ${field}`}
            field={field}
            mine={conflict.mine}
            theirs={conflict.theirs}
            onChoose={(value) => form.current && fillForm(form.current, { [field]: value })}
          />
        ))}
      </div>
      <div className={styles.buttons}>
        <Button onClick={dismiss}>{EDIT_TASK_DIALOG.cancel}</Button>
        <Button variant="primary" type="submit" form={formId} busy={saving}>
          {saving ? EDIT_TASK_DIALOG.saving : EDIT_TASK_DIALOG.save}
        </Button>
      </div>
      {asking && <DiscardDialog onKeep={() => setAsking(false)} onDiscard={close} />}
    </Dialog>
  );
}
