import { type FormEvent, useRef, useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Priority, TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { dateInputValue } from './due-label.ts';
import { readEdit, writeEdit } from './edit-draft.ts';
import styles from './edit-task-dialog.module.css';
import { taskErrorMessage } from './error-messages.ts';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './limits.ts';
import { PriorityField } from './priority-field.tsx';
import { changedFields, type TaskForm } from './changed-fields.ts';
import { useUpdateTask } from './use-update-task.ts';

interface EditTaskDialogProps {
  readonly task: TaskFieldsFragment;
  readonly onClose: () => void;
}

/** Returns the values of the form. */
function formValues(element: HTMLFormElement): TaskForm {
  const form = new FormData(element);
  return {
    title: formText(form, 'title'),
    description: formText(form, 'description'),
    dueDay: formText(form, 'due'),
    priority: formText(form, 'priority') as Priority,
  };
}

/**
 * The dialog that edits all fields of a task. It closes once the API has saved them: after a failure, everything typed is
 * still there. What was typed survives the end of the session too (edit-draft.ts).
 */
export function EditTaskDialog({ task, onClose }: EditTaskDialogProps) {
  const updateTask = useUpdateTask();
  const announce = useAnnounce();
  const userId = useUserId();
  const form = useRef<HTMLFormElement>(null);
  // The task as it was opened: a change that arrives meanwhile must not look like one of the user's.
  const [opened] = useState(task);
  const [initial] = useState<TaskForm>(
    () =>
      readEdit(userId, task.id) ?? {
        title: task.title,
        description: task.description,
        dueDay: dateInputValue(task.dueAt),
        priority: task.priority,
      },
  );
  const [titleError, setTitleError] = useState<string>();
  const [failure, setFailure] = useState<{ text: string; count: number }>();
  const [saving, setSaving] = useState(false);
  const [asking, setAsking] = useState(false);

  function close() {
    writeEdit(userId, null);
    // By the element: the browser then restores the focus.
    if (form.current) closeDialog(form.current);
  }

  /** Closes the dialog; asks first if something was typed. */
  function dismiss() {
    const typed = form.current !== null && Object.keys(changedFields(opened, formValues(form.current))).length > 0;
    if (typed) setAsking(true);
    else close();
  }

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (saving) return;
    const values = formValues(event.currentTarget);
    const change = changedFields(opened, { ...values, title: values.title.trim() });
    if (change.title === '') return setTitleError('A task needs a title.');
    setTitleError(undefined);
    if (Object.keys(change).length === 0) return close();
    setSaving(true);
    try {
      await updateTask(task, change);
    } catch (error) {
      setSaving(false);
      return setFailure((last) => ({ text: taskErrorMessage(error), count: (last?.count ?? 0) + 1 }));
    }
    announce('Task saved');
    close();
  }

  return (
    <Dialog title="Edit task" onClose={onClose} onDismiss={dismiss}>
      <form
        ref={form}
        className={styles.form}
        onSubmit={save}
        onInput={({ currentTarget }) => writeEdit(userId, { taskId: task.id, values: formValues(currentTarget) })}
        noValidate
      >
        <TextField
          label="Title"
          name="title"
          defaultValue={initial.title}
          maxLength={MAX_TITLE_LENGTH}
          autoComplete="off"
          required
          error={titleError}
        />
        <TextArea
          label="Description"
          name="description"
          defaultValue={initial.description}
          maxLength={MAX_DESCRIPTION_LENGTH}
        />
        <div className={styles.pair}>
          <TextField label="Due" name="due" type="date" defaultValue={initial.dueDay} />
          <PriorityField value={initial.priority} />
        </div>
        {/* A new element each time, so that screen readers read a repeated message again. */}
        {failure && <Notice key={failure.count}>{failure.text}</Notice>}
        <div className={styles.buttons}>
          <Button onClick={dismiss}>Cancel</Button>
          <Button variant="primary" type="submit" busy={saving}>
            {saving ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
      {asking && <DiscardDialog onKeep={() => setAsking(false)} onDiscard={close} />}
    </Dialog>
  );
}
