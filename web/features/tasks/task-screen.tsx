'use client';
import { useApolloClient } from '@apollo/client/react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { preload } from '../../components/preload.ts';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import { useOnRefresh, useRetryOnReturn } from '../../graphql/connection-context.ts';
import { TaskDocument, TasksDocument } from '../../graphql/generated/operations.ts';
import { markStale } from './cached-list.ts';
import type { InitialTasks } from './initial-tasks.ts';
import { parseView, printView, viewVariables } from './list-view.ts';
import { FIRST_PAGE_SIZE } from './page-sizes.ts';
import { parseAddress } from './task-address.ts';
import { TaskList } from './task-list.tsx';
import styles from './task-screen.module.css';
import { UndoProvider } from './undo.tsx';
import { closeTask, openTask, useAddress } from './use-address.ts';
import { preloadTaskChanges } from './use-task-changes.ts';
import { useToday } from './use-today.ts';
import { TASK_ERRORS, TASK_SCREEN } from '../../words.ts';

const loadDialog = async () => ({ default: (await import('./task-dialog.tsx')).TaskDialog });
// Not `lazily`: the server renders the dialog of a deep link.
const TaskDialog = lazy(loadDialog);

/**
 * The task page, with the first page of the URL's view and the URL's task from the server. Without them it shows an error
 * until Fieldgate answers (graphql/connection.ts).
 */
export function TaskScreen({ initial }: { initial: InitialTasks }) {
  const client = useApolloClient();
  const [ready, setReady] = useState(() => {
    const { address, today, page, task } = initial;
    const variables = { ...viewVariables(parseAddress(address).view, today), first: FIRST_PAGE_SIZE };
    if (page) client.writeQuery({ query: TasksDocument, variables, data: page });
    if (task?.task) client.writeQuery({ query: TaskDocument, variables: { id: task.task.id }, data: task });
    return page !== null;
  });
  // After the first load, so that tasks open and change at once, and fail with words while offline.
  useEffect(() => {
    preloadTaskChanges();
    preload(loadDialog);
  }, []);
  const load = useCallback(() => setReady(true), []);
  useRetryOnReturn(!ready, load);
  useOnRefresh(useCallback(() => markStale(client.cache), [client]));
  const { view: shown, taskId } = parseAddress(useAddress(initial.address));
  const query = printView(shown);
  const view = useMemo(() => parseView(query), [query]);
  const today = useToday(initial.today);
  return (
    <>
      <main className={styles.screen}>
        <h1 className={styles.title}>{TASK_SCREEN.tasks}</h1>
        {ready ? (
          <UndoProvider>
            <TaskList view={view} today={today} onOpen={openTask} />
          </UndoProvider>
        ) : (
          <Notice action={<Button onClick={load}>{TASK_SCREEN.tryAgain}</Button>}>{TASK_ERRORS.listUnavailable}</Notice>
        )}
        {taskId !== null && (
          <Suspense fallback={null}>
            <TaskDialog key={taskId} id={taskId} onClose={closeTask} />
          </Suspense>
        )}
      </main>
      <ReloadWhenRestored />
    </>
  );
}
