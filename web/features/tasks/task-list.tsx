'use client';
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { AddTask } from './add-task.tsx';
import { ClearDoneTasks } from './clear-done-tasks.tsx';
import { ListActions } from './list-actions.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { ListControls } from './list-controls.tsx';
import { isFiltered, type ListView, viewVariables } from './list-view.ts';
import styles from './task-list.module.css';
import { prepareForManyRows, TaskRows } from './task-rows.tsx';
import { useAttempt } from './use-attempt.ts';
import { useFocusOnNewRows } from './use-focus-on-new-rows.ts';
import { useSelection } from './use-selection.ts';
import { useTaskList } from './use-task-list.ts';
import { TASK_ERRORS, TASK_LIST } from '../../words.ts';

// Most lists have tasks. Not `lazily`: the server renders it.
const EmptyList = lazy(async () => ({ default: (await import('./empty-list.tsx')).EmptyList }));

/** The same array each time: what depends on it need not run again. */
const NOTHING_LOADED = { tasks: [], totalCount: 0, hasNextPage: false } as const;

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
  const { tasks, totalCount, hasNextPage } = loaded ?? NOTHING_LOADED;
  const selection = useSelection(tasks);
  const focusNewRows = useFocusOnNewRows(list, tasks.length);

  // What a search or a filter found; not what the page began with.
  const announce = useAnnounce();
  const announced = useRef(variables);
  useEffect(() => {
    if (!isCurrent || announced.current === variables) return;
    announced.current = variables;
    announce(totalCount === 0 ? TASK_LIST.noTasks : TASK_LIST.tasksCount(totalCount));
  }, [isCurrent, variables, totalCount, announce]);

  const missing = failed ? (
    <Notice action={<Button onClick={retry}>{TASK_LIST.tryAgain}</Button>}>{TASK_ERRORS.listUnavailable}</Notice>
  ) : (
    <ListSkeleton />
  );
  if (!loaded) return missing;

  return (
    <div className={styles.list}>
      <AddTask attempt={attempt} />
      {(tasks.length > 0 || isFiltered(view)) && <ListControls view={view} />}
      {/* A refresh that failed takes nothing away: the banner of the page says that Fieldgate does not answer. */}
      {((failed && !isCurrent) || isExhausted) && missing}
      {tasks.length === 0 && !isExhausted && (
        <Suspense fallback={null}>
          <EmptyList view={view} />
        </Suspense>
      )}
      {tasks.length > 0 && (
        <ListActions list={list} tasks={tasks} total={totalCount} view={view} selection={selection} attempt={attempt}>
          <TaskRows
            list={list}
            tasks={tasks}
            totalCount={totalCount}
            busy={!isCurrent}
            attempt={attempt}
            onOpen={onOpen}
            selection={selection}
          />
        </ListActions>
      )}
      {hasNextPage && tasks.length > 0 && (
        <Button
          busy={loadingMore}
          onClick={() => {
            focusNewRows();
            void attempt(async () => {
              await prepareForManyRows();
              return TASK_LIST.moreShown(await loadMore());
            });
          }}
        >
          {loadingMore ? TASK_LIST.loading : TASK_LIST.showMore}
        </Button>
      )}
      {tasks.length > 0 && (
        <p className={styles.count}>
          {tasks.length < totalCount ? TASK_LIST.ofTasks(tasks.length, totalCount) : TASK_LIST.tasksCount(totalCount)}
        </p>
      )}
      {tasks.length > 0 && <ClearDoneTasks attempt={attempt} />}
    </div>
  );
}
