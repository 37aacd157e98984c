import type { RefObject } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/graphql.ts';
import styles from './task-list.module.css';
import { TaskRow } from './task-row.tsx';
import type { Attempt } from './use-attempt.ts';
import type { Selection } from './use-selection.ts';

interface TaskRowsProps {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly tasks: readonly TaskRowFragment[];
  /** Whether the rows are of the view before, until the one that the user chose has come. */
  readonly busy: boolean;
  readonly attempt: Attempt;
  readonly onOpen: (id: string) => void;
  readonly selection: Selection;
}

/** The rows of the loaded tasks. */
export function TaskRows({ list, tasks, busy, attempt, onOpen, selection }: TaskRowsProps) {
  return (
    <ul ref={list} className={styles.rows} aria-label="Tasks" aria-busy={busy}>
      {tasks.map((task) => (
        <li key={task.id}>
          <TaskRow
            task={task}
            attempt={attempt}
            onOpen={onOpen}
            selected={selection.ids?.has(task.id) ?? null}
            onSelect={selection.toggle}
          />
        </li>
      ))}
    </ul>
  );
}
