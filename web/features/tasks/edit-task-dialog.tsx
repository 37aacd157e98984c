import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { formText } from '../../components/form-text.ts';
import { TextArea } from '../../components/text-area.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Priority, TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { dateInputValue } from './due-label.ts';
import { readEdit, writeEdit } from './edit-draft.ts';
import styles from './edit-task-dialog.module.css';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './limits.ts';
import { PriorityField } from './priority-field.tsx';
import { changedFields, type TaskForm } from './changed-fields.ts';
import type { Attempt } from './use-attempt.ts';
import { useUpdateTask } from './use-update-task.ts';

interface EditTaskDialogProps {
  readonly task: TaskFieldsFragment;
  readonly attempt: Attempt;
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

/** The dialog that edits all fields of a task. What was typed survives the end of the session (edit-draft.ts). */
export function EditTaskDialog({ task, attempt, onClose }: EditTaskDialogProps) {
  const updateTask = useUpdateTask();
  const userId = useUserId();
  const [errorMessage, setErrorMessage] = useState<string>();
  const [initial] = useState<TaskForm>(
    () =>
      readEdit(userId, task.id) ?? {
        title: task.title,
        description: task.description,
        dueDay: dateInputValue(task.dueAt),
        priority: task.priority,
      },
  );

  const saving = useRef(false);

  function close() {
    if (!saving.current) writeEdit(userId, null);
    onClose();
  }

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const values = formValues(event.currentTarget);
    const change = changedFields(task, { ...values, title: values.title.trim() });
    if (change.title === '') return setErrorMessage('A task needs a title.');
    saving.current = Object.keys(change).length > 0;
    closeDialog(event.currentTarget);
    if (!saving.current) return;
    void attempt(async () => {
      await updateTask(task, change);
      // Not before: the session could have ended.
      writeEdit(userId, null);
      return 'Task saved';
    });
  }

  return (
    <Dialog title="Edit task" onClose={close}>
      <form
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
          error={errorMessage}
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
        <div className={styles.buttons}>
          <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>Cancel</Button>
          <Button variant="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
