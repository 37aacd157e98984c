import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { TaskRowFragment } from '../../graphql/generated/graphql.ts';
import styles from './bulk-bar.module.css';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';
import type { Selection } from './use-selection.ts';

interface BulkBarProps {
  readonly selection: Selection;
  readonly selected: ReadonlySet<string>;
  /** All loaded tasks. */
  readonly tasks: readonly TaskRowFragment[];
  /** The number of all tasks of the view. */
  readonly total: number;
  readonly attempt: Attempt;
}

const tasksText = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

/** The buttons that change the selected tasks. */
export function BulkBar({ selection, selected, tasks, total, attempt }: BulkBarProps) {
  const [progress, setProgress] = useState<string>();
  const { markTasks } = useTaskChanges();
  const offerUndo = useOfferUndo();
  const bar = useRef<HTMLElement>(null);

  // The button that started selecting has gone, and the focus with it.
  useEffect(() => bar.current?.focus(), []);

  async function mark(done: boolean) {
    const chosen = tasks.filter(({ id }) => selected.has(id));
    const changing = chosen.filter((task) => task.done !== done);
    const change = (known: readonly TaskRowFragment[], value: boolean) => async () => {
      setProgress(`Marking ${tasksText(known.length)}…`);
      await markTasks(known, value, (count) => setProgress(`Marked ${count} of ${tasksText(known.length)}…`));
      return `${tasksText(known.length)} marked as ${value ? 'done' : 'open'}`;
    };
    const succeeded = await attempt(change(changing, done));
    setProgress(undefined);
    if (!succeeded) return;
    selection.stop();
    if (changing.length > 0)
      offerUndo({
        text: `${tasksText(changing.length)}: now ${done ? 'done' : 'open'}.`,
        undo: change(
          changing.map((task) => ({ ...task, done })),
          !done,
        ),
      });
  }

  const isRunning = progress !== undefined;
  const unusable = selected.size === 0 || isRunning;
  return (
    <section ref={bar} className={styles.bar} aria-label="Selected tasks" tabIndex={-1}>
      <output className={styles.text}>{progress ?? `${selected.size} selected`}</output>
      <Button disabled={unusable} onClick={() => void mark(true)}>
        Mark done
      </Button>
      <Button disabled={unusable} onClick={() => void mark(false)}>
        Mark open
      </Button>
      <Button variant="quiet" disabled={isRunning} onClick={selection.selectAll}>
        {tasks.length < total ? `Select the ${tasks.length} loaded` : 'Select all'}
      </Button>
      <Button variant="quiet" disabled={isRunning} onClick={selection.stop}>
        Stop selecting
      </Button>
    </section>
  );
}
