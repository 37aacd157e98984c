import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { formText } from '../../components/form-text.ts';
import { TextArea } from '../../components/text-area.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Priority, TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { dateInputValue } from './due-label.ts';
import styles from './edit-task-dialog.module.css';
import { MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './limits.ts';
import { PriorityField } from './priority-field.tsx';
import { changedFields } from './changed-fields.ts';
import type { Attempt } from './use-attempt.ts';
import { useUpdateTask } from './use-update-task.ts';

interface EditTaskDialogProps {
  readonly task: TaskFieldsFragment;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** The dialog that edits all fields of a task. */
export function EditTaskDialog({ task, attempt, onClose }: EditTaskDialogProps) {
  const updateTask = useUpdateTask();
  const [errorMessage, setErrorMessage] = useState<string>();

  function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const change = changedFields(task, {
      title: formText(form, 'title').trim(),
      description: formText(form, 'description'),
      dueDay: formText(form, 'due'),
      priority: formText(form, 'priority') as Priority,
    });
    if (change.title === '') return setErrorMessage('A task needs a title.');
    closeDialog(event.currentTarget);
    if (Object.keys(change).length === 0) return;
    void attempt(async () => {
      await updateTask(task, change);
      return 'Task saved';
    });
  }

  return (
    <Dialog title="Edit task" onClose={onClose}>
      <form className={styles.form} onSubmit={save} noValidate>
        <TextField
          label="Title"
          name="title"
          defaultValue={task.title}
          maxLength={MAX_TITLE_LENGTH}
          autoComplete="off"
          required
          error={errorMessage}
        />
        <TextArea
          label="Description"
          name="description"
          defaultValue={task.description}
          maxLength={MAX_DESCRIPTION_LENGTH}
        />
        <div className={styles.pair}>
          <TextField label="Due" name="due" type="date" defaultValue={dateInputValue(task.dueAt)} />
          <PriorityField value={task.priority} />
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
