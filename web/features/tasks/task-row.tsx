import { memo, useId, useState } from 'react';
import { useHydrated } from '../../components/use-hydrated.ts';
import type { TaskRowFragment } from '../../graphql/generated/graphql.ts';
import { DeleteTaskDialog } from './delete-task-dialog.tsx';
import { DueDate } from './due-date.tsx';
import styles from './task-row.module.css';
import type { Attempt } from './use-attempt.ts';
import { isPending } from './use-create-task.ts';
import { useUpdateTask } from './use-update-task.ts';

interface TaskRowProps {
  /** The same object as long as the task is unchanged: the row is then not rendered again. */
  readonly task: TaskRowFragment;
  readonly attempt: Attempt;
  /** Opens the dialog of a task. */
  readonly onOpen: (id: string) => void;
}

/** A task in the list: a checkbox for done, its title, which opens the dialog, and a delete button. */
export const TaskRow = memo(function TaskRow({ task, attempt, onOpen }: TaskRowProps) {
  const id = useId();
  const [deleting, setDeleting] = useState(false);
  const updateTask = useUpdateTask();
  const hydrated = useHydrated();
  // Nothing works before hydration: a tick would be lost, and stay shown.
  const disabled = isPending(task.id) || !hydrated;
  const hasDetails = task.dueAt !== null || task.priority !== 'NORMAL';

  const toggle = () =>
    void attempt(async () => {
      await updateTask(task, { done: !task.done });
      return task.done ? `Not done: ${task.title}` : `Done: ${task.title}`;
    }, task);

  return (
    <div className={styles.row} data-done={task.done} aria-busy={isPending(task.id)}>
      <label className={styles.tick}>
        <input type="checkbox" checked={task.done} onChange={toggle} disabled={disabled} aria-label={task.title} />
      </label>
      <button
        type="button"
        className={styles.body}
        onClick={() => onOpen(task.id)}
        disabled={disabled}
        aria-labelledby={`${id}-title`}
        aria-describedby={hasDetails ? `${id}-details` : undefined}
      >
        <span className={styles.title} id={`${id}-title`} dir="auto">
          {task.title}
        </span>
        {hasDetails && (
          <span className={styles.details} id={`${id}-details`}>
            {task.priority === 'HIGH' && <span className={styles.high}>High priority</span>}
            {task.priority === 'LOW' && <span>Low priority</span>}
            {task.dueAt && <DueDate dueAt={task.dueAt} done={task.done} />}
          </span>
        )}
      </button>
      <button
        type="button"
        className={styles.delete}
        onClick={() => setDeleting(true)}
        disabled={disabled}
        aria-label={`Delete ${task.title}`}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6" />
        </svg>
      </button>
      {deleting && <DeleteTaskDialog task={task} attempt={attempt} onClose={() => setDeleting(false)} />}
    </div>
  );
});
