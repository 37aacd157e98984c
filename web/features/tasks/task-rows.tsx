import type { ComponentType, RefObject } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import styles from './task-list.module.css';
import { TaskRow } from './task-row.tsx';
import type { Attempt } from './use-attempt.ts';
import type { Selection } from './use-selection.ts';
import { TASK_LIST } from '../../words.ts';

export interface TaskRowsProps {
  readonly list: RefObject<HTMLUListElement | null>;
  readonly tasks: readonly TaskRowFragment[];
  /** The number of tasks of the view, on all pages. */
  readonly totalCount: number;
  /** Whether the rows are of the view before, until the one that the user chose has come. */
  readonly busy: boolean;
  readonly attempt: Attempt;
  readonly onOpen: (id: string) => void;
  readonly selection: Selection;
}

/** The number of rows that are all rendered. */
const MAX_RENDERED = 100;

let WindowedRows: ComponentType<TaskRowsProps> | undefined;

/** Loads what renders many rows: call it before more are loaded, so that no row is replaced by another one later. */
export async function prepareForManyRows(): Promise<void> {
  ({ WindowedRows } = await import('./windowed-rows.tsx'));
}

/** The rows of the loaded tasks; of many, those that are in the window. */
export function TaskRows(props: TaskRowsProps) {
  const { list, tasks, busy, attempt, onOpen, selection } = props;
  if (tasks.length > MAX_RENDERED && WindowedRows) return <WindowedRows {...props} />;
  return (
    <ul ref={list} className={styles.rows} aria-label={TASK_LIST.tasks} aria-busy={busy}>
      {tasks.map((task, index) => (
        <li key={task.id} data-index={index}>
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
