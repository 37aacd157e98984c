'use client';
import { useApolloClient } from '@apollo/client/react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Announcer } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import { TaskDocument, TasksDocument } from '../../graphql/generated/graphql.ts';
import { LIST_UNAVAILABLE } from './error-messages.ts';
import type { InitialTasks } from './initial-tasks.ts';
import { parseView, printView, viewVariables } from './list-view.ts';
import { FIRST_PAGE_SIZE } from './page-sizes.ts';
import { parseAddress } from './task-address.ts';
import { TaskList } from './task-list.tsx';
import styles from './task-screen.module.css';
import { closeTask, openTask, useAddress } from './use-address.ts';
import { useToday } from './use-today.ts';

const TaskDialog = lazy(async () => ({ default: (await import('./task-dialog.tsx')).TaskDialog }));

/**
 * The task page, with the first page of the URL's view and the URL's task from the server. Without them it shows an error
 * and does not retry by itself: retries of every open page would add load to an API that is unavailable.
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
  const { view: shown, taskId } = parseAddress(useAddress(initial.address));
  const query = printView(shown);
  const view = useMemo(() => parseView(query), [query]);
  const today = useToday(initial.today);
  return (
    <Announcer>
      <main className={styles.screen}>
        <h1 className={styles.title}>Tasks</h1>
        {ready ? (
          <TaskList view={view} today={today} onOpen={openTask} />
        ) : (
          <Notice action={<Button onClick={() => setReady(true)}>Try again</Button>}>{LIST_UNAVAILABLE}</Notice>
        )}
        {taskId !== null && (
          <Suspense fallback={null}>
            <TaskDialog key={taskId} id={taskId} onClose={closeTask} />
          </Suspense>
        )}
      </main>
      <ReloadWhenRestored />
    </Announcer>
  );
}
