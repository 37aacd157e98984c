import { LocalTime } from '../../components/local-time.tsx';
import type { TaskRowFragment } from '../../graphql/generated/graphql.ts';
import styles from './edit-task-dialog.module.css';

interface TaskDatesProps {
  readonly task: Pick<TaskRowFragment, 'createdAt' | 'updatedAt'>;
  readonly completedAt: string | null;
}

/** When a task was created, changed and done. */
export function TaskDates({ task, completedAt }: TaskDatesProps) {
  const { createdAt, updatedAt } = task;
  return (
    <p className={styles.dates}>
      Created <LocalTime at={createdAt} />
      {updatedAt !== createdAt && (
        <>
          {' · Changed '}
          <LocalTime at={updatedAt} />
        </>
      )}
      {completedAt !== null && (
        <>
          {' · Done '}
          <LocalTime at={completedAt} />
        </>
      )}
    </p>
  );
}
