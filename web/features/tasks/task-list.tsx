'use client';
import { useEffect, useMemo, useRef } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { AddTask } from './add-task.tsx';
import { ClearDoneTasks } from './clear-done-tasks.tsx';
import { EmptyList } from './empty-list.tsx';
import { LIST_UNAVAILABLE } from './error-messages.ts';
import { ListSkeleton } from './list-skeleton.tsx';
import { ListControls } from './list-controls.tsx';
import { isFiltered, type ListView, viewVariables } from './list-view.ts';
import styles from './task-list.module.css';
import { prepareForManyRows, TaskRows } from './task-rows.tsx';
import { useAttempt } from './use-attempt.ts';
import { useFocusOnNewRows } from './use-focus-on-new-rows.ts';
import { useTaskList } from './use-task-list.ts';

const countText = (count: number) => `${count} ${count === 1 ? 'task' : 'tasks'}`;

interface TaskListProps {
  /** The same object as long as the view is the same. */
  readonly view: ListView;
  /** The viewer's day, as `2026-11-21`. */
  readonly today: string;
  readonly onOpen: (id: string) => void;
}

/** A view of the list in all its states: loading, unavailable, empty, complete, and with more pages. */
export function TaskList({ view, today, onOpen }: TaskListProps) {
  const variables = useMemo(() => viewVariables(view, today), [view, today]);
  const { loaded, isExhausted, isCurrent, failed, loadingMore, loadMore, retry } = useTaskList(variables);
  const attempt = useAttempt();
  const list = useRef<HTMLUListElement>(null);
  const { tasks, totalCount, hasNextPage } = loaded ?? { tasks: [], totalCount: 0, hasNextPage: false };
  const focusNewRows = useFocusOnNewRows(list, tasks.length);

  // What a search or a filter found; not what the page began with.
  const announce = useAnnounce();
  const announced = useRef(variables);
  useEffect(() => {
    if (!isCurrent || announced.current === variables) return;
    announced.current = variables;
    announce(totalCount === 0 ? 'No tasks' : countText(totalCount));
  }, [isCurrent, variables, totalCount, announce]);

  const missing = failed ? (
    <Notice action={<Button onClick={retry}>Try again</Button>}>{LIST_UNAVAILABLE}</Notice>
  ) : (
    <ListSkeleton />
  );
  if (!loaded) return missing;

  return (
    <div className={styles.list}>
      <AddTask attempt={attempt} />
      {(tasks.length > 0 || isFiltered(view)) && <ListControls view={view} />}
      {(failed || isExhausted) && missing}
      {tasks.length === 0 && !isExhausted && <EmptyList view={view} />}
      {tasks.length > 0 && (
        <TaskRows
          list={list}
          tasks={tasks}
          totalCount={totalCount}
          busy={!isCurrent}
          attempt={attempt}
          onOpen={onOpen}
        />
      )}
      {hasNextPage && tasks.length > 0 && (
        <Button
          busy={loadingMore}
          onClick={() => {
            focusNewRows();
            void attempt(async () => {
              await prepareForManyRows();
              return `${await loadMore()} more tasks shown`;
            });
          }}
        >
          {loadingMore ? 'Loading…' : 'Show more'}
        </Button>
      )}
      {tasks.length > 0 && (
        <p className={styles.count}>
          {tasks.length < totalCount ? `${tasks.length} of ${countText(totalCount)}` : countText(totalCount)}
        </p>
      )}
      {tasks.length > 0 && <ClearDoneTasks attempt={attempt} />}
    </div>
  );
}
