import { useNow } from '../../components/use-now.ts';
import { dueLabel } from './due-label.ts';
import styles from './due-date.module.css';
import { DUE_DATE } from '../../words.ts';

/** The due date of a task. An overdue one is red, and says so in text: not all users see the colour. */
export function DueDate({ dueAt, done }: { dueAt: string; done: boolean }) {
  const now = useNow();
  const { text, overdue } = dueLabel(dueAt, now === null ? null : new Date(now));
  const late = overdue && !done;
  return (
    <time className={late ? styles.late : undefined} dateTime={dueAt}>
      {late ? DUE_DATE.overdue(text) : text}
    </time>
  );
}
