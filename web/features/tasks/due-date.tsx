import { useHydrated } from '../../components/use-hydrated.ts';
import { dueLabel } from './due-label.ts';
import styles from './due-date.module.css';

/** When a task is due. In red once that is past, and in words too: colour alone is not for everybody. */
export function DueDate({ dueAt, done }: { dueAt: string; done: boolean }) {
  const now = useHydrated() ? new Date() : null;
  const { text, overdue } = dueLabel(dueAt, now);
  const late = overdue && !done;
  return (
    <time className={late ? styles.late : undefined} dateTime={dueAt}>
      {late ? `Overdue: ${text}` : text}
    </time>
  );
}
