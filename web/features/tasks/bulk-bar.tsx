import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import styles from './bulk-bar.module.css';

interface BulkBarProps {
  readonly selected: number;
  readonly loaded: number;
  /** The number of all tasks of the view. */
  readonly total: number;
  readonly onSelectAll: () => void;
  /** Marks the selected tasks; resolves when all of them are, or one failed. */
  readonly onMark: (done: boolean, onProgress: (marked: number) => void) => Promise<void>;
  readonly onStop: () => void;
}

/** The buttons that change the selected tasks. */
export function BulkBar({ selected, loaded, total, onSelectAll, onMark, onStop }: BulkBarProps) {
  const [progress, setProgress] = useState<string>();

  async function mark(done: boolean) {
    const all = selected;
    setProgress(`Marking ${all} tasks…`);
    await onMark(done, (marked) => setProgress(`Marked ${marked} of ${all} tasks…`));
    setProgress(undefined);
  }

  const unusable = selected === 0 || progress !== undefined;
  return (
    <section className={styles.bar} aria-label="Selected tasks">
      <output className={styles.text}>{progress ?? `${selected} selected`}</output>
      <Button disabled={unusable} onClick={() => void mark(true)}>
        Mark done
      </Button>
      <Button disabled={unusable} onClick={() => void mark(false)}>
        Mark open
      </Button>
      <Button variant="quiet" disabled={progress !== undefined} onClick={onSelectAll}>
        {loaded < total ? `Select the ${loaded} loaded` : 'Select all'}
      </Button>
      <Button variant="quiet" disabled={progress !== undefined} onClick={onStop}>
        Stop selecting
      </Button>
    </section>
  );
}
