import type { FragmentType } from '@apollo/client/masking';
import { useFragment } from '@apollo/client/react';
import { useState } from 'react';
import { type TaskFieldsFragment, TaskFieldsFragmentDoc } from '../../graphql/generated/graphql.ts';
import { DeleteTaskDialog } from './delete-task-dialog.tsx';
import { DueDate } from './due-date.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useUserId } from '../../graphql/api-provider.tsx';
import { readEdit } from './edit-draft.ts';
import { EditTaskDialog } from './edit-task-dialog.tsx';
import styles from './task-row.module.css';
import type { Attempt } from './use-attempt.ts';
import { isPending } from './use-create-task.ts';
import { useUpdateTask } from './use-update-task.ts';

interface TaskRowProps {
  readonly task: FragmentType<TaskFieldsFragment> & { readonly id: string; readonly __typename: 'Task' };
  readonly attempt: Attempt;
}

/** A task in the list: a checkbox for done, its title, which opens the edit dialog, and a delete button. */
export function TaskRow({ task: ref, attempt }: TaskRowProps) {
  const { data: task, complete } = useFragment({ fragment: TaskFieldsFragmentDoc, from: ref });
  const [open, setOpen] = useState<'edit' | 'delete' | 'none'>();
  const updateTask = useUpdateTask();
  const userId = useUserId();
  const hydrated = useHydrated();
  if (!complete) return null;
  // Nothing works before hydration: a tick would be lost, and stay shown.
  const disabled = isPending(task.id) || !hydrated;
  // An edit is open again if the session ended during it.
  const dialog = open ?? (hydrated && readEdit(userId, task.id) !== null ? 'edit' : 'none');

  const toggle = () =>
    void attempt(async () => {
      await updateTask(task, { done: !task.done });
      return task.done ? `Not done: ${task.title}` : `Done: ${task.title}`;
    }, task);

  return (
    <li className={styles.row} data-done={task.done} aria-busy={isPending(task.id)}>
      <label className={styles.tick}>
        <input type="checkbox" checked={task.done} onChange={toggle} disabled={disabled} aria-label={task.title} />
      </label>
      <button type="button" className={styles.body} onClick={() => setOpen('edit')} disabled={disabled}>
        <span className={styles.title} dir="auto">
          {task.title}
        </span>
        {(task.dueAt || task.priority !== 'NORMAL' || task.description) && (
          <span className={styles.details}>
            {task.priority === 'HIGH' && <span className={styles.high}>High priority</span>}
            {task.priority === 'LOW' && <span>Low priority</span>}
            {task.dueAt && <DueDate dueAt={task.dueAt} done={task.done} />}
            {task.description && (
              <span className={styles.description} dir="auto">
                {task.description}
              </span>
            )}
          </span>
        )}
      </button>
      <button
        type="button"
        className={styles.delete}
        onClick={() => setOpen('delete')}
        disabled={disabled}
        aria-label={`Delete ${task.title}`}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6" />
        </svg>
      </button>
      {dialog === 'edit' && <EditTaskDialog task={task} onClose={() => setOpen('none')} />}
      {dialog === 'delete' && <DeleteTaskDialog task={task} attempt={attempt} onClose={() => setOpen('none')} />}
    </li>
  );
}
