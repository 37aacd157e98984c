import { type ChangeEvent, memo, useId, useState } from 'react';
import { lazily } from '../../components/lazily.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { DueDate } from './due-date.tsx';
import { MoveHandle } from './move-rows.tsx';
import { isPending } from './pending.ts';
import styles from './task-row.module.css';
import type { Attempt } from './use-attempt.ts';
import { useRowActions } from './use-row-actions.ts';
import { TASK_ROW } from '../../words.ts';

const RowSteps = lazily('row-steps', async () => (await import('./row-steps.tsx')).RowSteps);

interface TaskRowProps {
  /** The same object as long as the task is unchanged: the row is then not rendered again. */
  readonly task: TaskRowFragment;
  readonly attempt: Attempt;
  /** Opens the dialog of a task. */
  readonly onOpen: (id: string) => void;
  /** Whether the task is selected; null while the checkbox marks it as done. */
  readonly selected: boolean | null;
  /** Selects the task, or deselects it; with `range` also those up to the one before. */
  readonly onSelect: (id: string, range: boolean) => void;
}

/**
 * A task in the list: a handle that moves it, a checkbox for done, its title, which opens the dialog, its steps, and a
 * delete button. While the user selects tasks, the checkbox selects it.
 */
export const TaskRow = memo(function TaskRow({ task, attempt, onOpen, selected, onSelect }: TaskRowProps) {
  const id = useId();
  const [unfolded, setUnfolded] = useState(false);
  const { toggle, remove } = useRowActions(attempt);
  const hydrated = useHydrated();
  // Nothing works before hydration: a tick would be lost, and stay shown.
  const disabled = isPending(task.id) || !hydrated;
  const hasDetails = task.dueAt !== null || task.priority !== 'NORMAL';
  const doneSteps = task.steps.filter((step) => step.done).length;

  function tick({ nativeEvent }: ChangeEvent) {
    if (selected === null) toggle(task);
    else onSelect(task.id, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey);
  }

  return (
    <div
      className={styles.row}
      data-row={task.id}
      data-done={task.done}
      data-selected={selected ?? undefined}
      aria-busy={isPending(task.id)}
    >
      <MoveHandle id={task.id} title={task.title} disabled={disabled} />
      <label className={styles.tick}>
        <input
          type="checkbox"
          checked={selected ?? task.done}
          onChange={tick}
          disabled={disabled}
          aria-label={selected === null ? task.title : TASK_ROW.select(task.title)}
          data-shortcut="x"
        />
      </label>
      <button
        type="button"
        className={styles.body}
        onClick={() => onOpen(task.id)}
        disabled={disabled}
        aria-labelledby={`${id}-title`}
        aria-describedby={hasDetails ? `${id}-details` : undefined}
        data-shortcut="e"
      >
        <span className={styles.title} id={`${id}-title`} dir="auto">
          {task.title}
        </span>
        {hasDetails && (
          <span className={styles.details} id={`${id}-details`}>
            {task.priority === 'HIGH' && <span className={styles.high}>{TASK_ROW.highPriority}</span>}
            {task.priority === 'LOW' && <span>{TASK_ROW.lowPriority}</span>}
            {task.dueAt && <DueDate dueAt={task.dueAt} done={task.done} />}
          </span>
        )}
      </button>
      {task.steps.length > 0 && (
        <button
          type="button"
          className={styles.steps}
          onClick={() => setUnfolded(!unfolded)}
          disabled={disabled}
          aria-expanded={unfolded}
          aria-label={TASK_ROW.steps(doneSteps, task.steps.length)}
          data-shortcut="s"
        >
          {TASK_ROW.stepsDone(doneSteps, task.steps.length)}
        </button>
      )}
      <button
        type="button"
        className={styles.delete}
        onClick={({ currentTarget }) => remove(task, currentTarget)}
        disabled={disabled}
        aria-label={TASK_ROW.delete(task.title)}
        data-shortcut="Delete"
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6" />
        </svg>
      </button>
      {unfolded && task.steps.length > 0 && <RowSteps taskId={task.id} attempt={attempt} />}
    </div>
  );
});
