import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import styles from './bulk-bar.module.css';
import { markTasks } from './mark-tasks.ts';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import type { Selection } from './use-selection.ts';
import { BULK_BAR } from '../../words.ts';

interface BulkBarProps {
  readonly selection: Selection;
  readonly selected: ReadonlySet<string>;
  /** All loaded tasks. */
  readonly tasks: readonly TaskRowFragment[];
  /** The number of all tasks of the view. */
  readonly total: number;
  readonly attempt: Attempt;
}

/** The buttons that change the selected tasks. */
export function BulkBar({ selection, selected, tasks, total, attempt }: BulkBarProps) {
  const [progress, setProgress] = useState<string>();
  const client = useApolloClient();
  const offerUndo = useOfferUndo();
  const bar = useRef<HTMLElement>(null);

  // The button that started selecting has gone, and the focus with it.
  useEffect(() => bar.current?.focus(), []);

  async function mark(done: boolean) {
    const chosen = tasks.filter(({ id }) => selected.has(id));
    const changing = chosen.filter((task) => task.done !== done);
    const change = (known: readonly TaskRowFragment[], value: boolean) => async () => {
      setProgress(BULK_BAR.marking(known.length));
      await markTasks(client, known, value, (count) => setProgress(BULK_BAR.markedSoFar(count, known.length)));
      return BULK_BAR.marked(known.length, value);
    };
    const succeeded = await attempt(change(changing, done));
    setProgress(undefined);
    if (!succeeded) return;
    selection.stop();
    if (changing.length > 0)
      offerUndo({
        text: BULK_BAR.offerMarked(changing.length, done),
        undo: change(
          changing.map((task) => ({ ...task, done })),
          !done,
        ),
      });
  }

  const isRunning = progress !== undefined;
  const unusable = selected.size === 0 || isRunning;
  return (
    <section ref={bar} className={styles.bar} aria-label={BULK_BAR.selectedTasks} tabIndex={-1}>
      <output className={styles.text}>{progress ?? BULK_BAR.selected(selected.size)}</output>
      <Button disabled={unusable} onClick={() => void mark(true)}>
        {BULK_BAR.markDone}
      </Button>
      <Button disabled={unusable} onClick={() => void mark(false)}>
        {BULK_BAR.markOpen}
      </Button>
      <Button variant="quiet" disabled={isRunning} onClick={selection.selectAll}>
        {tasks.length < total ? BULK_BAR.selectLoaded(tasks.length) : BULK_BAR.selectAll}
      </Button>
      <Button variant="quiet" disabled={isRunning} onClick={selection.stop}>
        {BULK_BAR.stopSelecting}
      </Button>
    </section>
  );
}
