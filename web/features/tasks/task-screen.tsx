'use client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import { useRetryOnReturn } from '../../graphql/connection-context.ts';
import { TasksDocument } from '../../graphql/generated/graphql.ts';
import type { InitialTaskPage } from './initial-task-page.ts';
import { FIRST_PAGE } from './first-page.ts';
import { LIST_UNAVAILABLE } from './error-messages.ts';
import { TaskList } from './task-list.tsx';
import styles from './task-screen.module.css';

/**
 * The task page, with the first page of the list from the server. Without one it shows an error until Fieldgate
 * answers (graphql/connection.ts).
 */
export function TaskScreen({ initialPage }: { initialPage: InitialTaskPage }) {
  const client = useApolloClient();
  const [ready, setReady] = useState(() => {
    if (initialPage) client.writeQuery({ query: TasksDocument, variables: FIRST_PAGE, data: initialPage });
    return initialPage !== null;
  });
  const load = useCallback(() => setReady(true), []);
  useRetryOnReturn(!ready, load);
  return (
    <>
      <main className={styles.screen}>
        <h1 className={styles.title}>Tasks</h1>
        {ready ? <TaskList /> : <Notice action={<Button onClick={load}>Try again</Button>}>{LIST_UNAVAILABLE}</Notice>}
      </main>
      <ReloadWhenRestored />
    </>
  );
}
