import { LocalTime } from '../../components/local-time.tsx';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import styles from './edit-task-dialog.module.css';
import { TASK_DATES } from '../../words.ts';

interface TaskDatesProps {
  readonly task: Pick<TaskRowFragment, 'createdAt' | 'updatedAt'>;
  readonly completedAt: string | null;
}

/** When a task was created, changed and done. */
export function TaskDates({ task, completedAt }: TaskDatesProps) {
  const { createdAt, updatedAt } = task;
  return (
    <p className={styles.dates}>
      {TASK_DATES.created}
      <LocalTime at={createdAt} />
      {updatedAt !== createdAt && (
        <>
          {TASK_DATES.changed}
          <LocalTime at={updatedAt} />
        </>
      )}
      {completedAt !== null && (
        <>
          {TASK_DATES.done}
          <LocalTime at={completedAt} />
        </>
      )}
    </p>
  );
}
