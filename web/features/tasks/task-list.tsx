'use client';
import { useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { AddTask } from './add-task.tsx';
import { ClearDoneTasks } from './clear-done-tasks.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { LIST_UNAVAILABLE } from './error-messages.ts';
import styles from './task-list.module.css';
import { TaskRow } from './task-row.tsx';
import { useAttempt } from './use-attempt.ts';
import { useFocusOnNewRows } from './use-focus-on-new-rows.ts';
import { useTaskList } from './use-task-list.ts';

/** The list in all its states: loading, unavailable, empty, complete, and with more pages. */
export function TaskList() {
  const { connection, exhausted, loading, loadingMore, loadMore, retry } = useTaskList();
  const attempt = useAttempt();
  const list = useRef<HTMLUListElement>(null);
  const focusNewRows = useFocusOnNewRows(list, connection?.edges.length ?? 0);

  const missing = loading ? (
    <ListSkeleton />
  ) : (
    <Notice action={<Button onClick={retry}>Try again</Button>}>{LIST_UNAVAILABLE}</Notice>
  );
  if (!connection) return missing;

  const { edges, totalCount, pageInfo } = connection;
  return (
    <div className={styles.list}>
      <AddTask attempt={attempt} />
      {exhausted && missing}
      {edges.length === 0 && !exhausted && (
        <p className={styles.empty}>Nothing to do yet. Add your first task above.</p>
      )}
      {edges.length > 0 && (
        <ul ref={list} className={styles.rows} aria-label="Tasks">
          {edges.map(({ node }) => (
            <TaskRow key={node.id} task={node} attempt={attempt} />
          ))}
        </ul>
      )}
      {pageInfo.hasNextPage && edges.length > 0 && (
        <Button
          busy={loadingMore}
          onClick={() => {
            focusNewRows();
            void attempt(async () => `${await loadMore()} more tasks shown`);
          }}
        >
          {loadingMore ? 'Loading…' : 'Show more'}
        </Button>
      )}
      {edges.length > 0 && (
        <p className={styles.count}>
          {edges.length < totalCount
            ? `${edges.length} of ${totalCount} tasks`
            : `${totalCount} ${totalCount === 1 ? 'task' : 'tasks'}`}
        </p>
      )}
      {edges.length > 0 && <ClearDoneTasks attempt={attempt} />}
    </div>
  );
}
