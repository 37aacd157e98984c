import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Priority, TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import { dateInputValue } from './due-label.ts';
import styles from './edit-task-dialog.module.css';
import { DESCRIPTION_MAXIMUM, TITLE_MAXIMUM } from './limits.ts';
import { PriorityField } from './priority-field.tsx';
import { changeOf } from './task-change.ts';
import type { Attempt } from './use-attempt.ts';
import { useUpdateTask } from './use-update-task.ts';

interface EditTaskDialogProps {
  readonly task: TaskFieldsFragment;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** Everything about a task that can be changed. */
export function EditTaskDialog({ task, attempt, onClose }: EditTaskDialogProps) {
  const updateTask = useUpdateTask();
  const [problem, setProblem] = useState<string>();

  function save(event: FormEvent<HTMLFormElement>, close: () => void) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const change = changeOf(task, {
      title: String(form.get('title')).trim(),
      description: String(form.get('description')),
      dueDay: String(form.get('due')),
      priority: String(form.get('priority')) as Priority,
    });
    if (change.title === '') return setProblem('A task needs a title.');
    close();
    if (Object.keys(change).length === 0) return;
    void attempt(async () => {
      await updateTask(task, change);
      return 'Task changed';
    });
  }

  return (
    <Dialog title="Edit task" onClose={onClose}>
      {(close) => (
        <form className={styles.form} onSubmit={(event) => save(event, close)} noValidate>
          <TextField
            label="Title"
            name="title"
            defaultValue={task.title}
            maxLength={TITLE_MAXIMUM}
            autoComplete="off"
            required
            error={problem}
          />
          <TextArea
            label="Description"
            name="description"
            defaultValue={task.description}
            maxLength={DESCRIPTION_MAXIMUM}
          />
          <div className={styles.pair}>
            <TextField label="Due" name="due" type="date" defaultValue={dateInputValue(task.dueAt)} />
            <PriorityField value={task.priority} />
          </div>
          <div className={styles.buttons}>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" type="submit">
              Save
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
