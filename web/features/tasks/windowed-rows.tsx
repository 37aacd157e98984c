import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useState } from 'react';
import styles from './task-list.module.css';
import { TaskRow } from './task-row.tsx';
import type { TaskRowsProps } from './task-rows.tsx';
import { TASK_LIST } from '../../words.ts';

/** The height of a row with one line, in pixels; other rows are measured when they are rendered. */
const ROW_HEIGHT = 57;
/** The number of rows that are rendered before and behind the window: the Tab key must find the next one. */
const OVERSCAN = 12;

/**
 * The rows that are in the window, out of any number. The row with the focus stays rendered wherever the page is scrolled
 * to. Positions are set by scripts alone: the page's policy allows no style in the HTML, and the server renders fewer rows.
 */
export function WindowedRows({ list, tasks, totalCount, busy, attempt, onOpen, selection }: TaskRowsProps) {
  const [top, setTop] = useState(0);

  // What is above the list may grow and shrink with each render.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    if (list.current) setTop(Math.round(list.current.getBoundingClientRect().top + window.scrollY));
  });

  const keyOf = useCallback((index: number) => tasks[index]?.id ?? index, [tasks]);
  const indexesOf = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range);
      const focused = document.activeElement?.closest<HTMLElement>('[data-task]')?.dataset['task'];
      const kept = focused === undefined ? -1 : tasks.findIndex(({ id }) => id === focused);
      if (kept < 0 || indexes.includes(kept)) return indexes;
      return [...indexes, kept].toSorted((a, b) => a - b);
    },
    [tasks],
  );
  const virtualizer = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    // Without it the first render has no rows, and the focus nowhere to go.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialOffset: window.scrollY,
    scrollMargin: top,
    getItemKey: keyOf,
    rangeExtractor: indexesOf,
  });

  return (
    <ul
      ref={list}
      className={`${styles.rows} ${styles.windowed}`}
      style={{ blockSize: virtualizer.getTotalSize() }}
      aria-label={TASK_LIST.tasks}
      aria-busy={busy}
    >
      {virtualizer.getVirtualItems().map(({ index, start }) => {
        const task = tasks[index];
        return (
          task && (
            <li
              key={task.id}
              ref={virtualizer.measureElement}
              data-index={index}
              data-task={task.id}
              style={{ transform: `translateY(${start - top}px)` }}
              aria-posinset={index + 1}
              aria-setsize={totalCount}
            >
              <TaskRow
                task={task}
                attempt={attempt}
                onOpen={onOpen}
                selected={selection.ids?.has(task.id) ?? null}
                onSelect={selection.toggle}
              />
            </li>
          )
        );
      })}
    </ul>
  );
}
