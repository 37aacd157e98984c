import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { onStale } from './cached-list.ts';
import type { ViewVariables } from './list-view.ts';
import { loadPage, reload } from './load-tasks.ts';
import { TaskPages } from './task-pages.ts';

/**
 * Returns the tasks of a view: those loaded so far, and functions that load more. While another view is loading, the
 * tasks of the one before it stay.
 * @param variables the variables of the view; the same object as long as the view is the same
 */
export function useTaskList(variables: ViewVariables) {
  const client = useApolloClient();
  const wanted = useMemo(() => new TaskPages(client.cache, variables), [client, variables]);
  const [shown, setShown] = useState(wanted);
  const isReady = useSyncExternalStore(wanted.subscribe, wanted.read, wanted.read) !== null;
  const pages = isReady ? wanted : shown;
  if (pages !== shown) setShown(pages);
  const loaded = useSyncExternalStore(pages.subscribe, pages.read, pages.read);
  const [failure, setFailure] = useState<TaskPages>();
  const [loadingMore, setLoadingMore] = useState(false);
  const running = useRef<AbortController>(undefined);

  /** Loads the wanted view, or loads it again; aborts the request before it. */
  const load = useCallback(() => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    const loading = { client, variables: wanted.variables, signal };
    const count = wanted.read()?.tasks.length;
    const loads = count === undefined ? loadPage(loading, null) : reload(loading, count);
    loads.then(
      () => setFailure(undefined),
      () => signal.aborted || setFailure(wanted),
    );
  }, [client, wanted]);

  useEffect(() => {
    if (!isReady) load();
  }, [isReady, load]);
  useEffect(() => {
    const stop = onStale(client.cache, wanted.variables, load);
    return () => {
      stop();
      running.current?.abort();
    };
  }, [client, wanted, load]);

  /** Loads the next page; resolves to the number of its tasks. */
  async function loadMore(): Promise<number> {
    setLoadingMore(true);
    try {
      return await loadPage({ client, variables: pages.variables }, loaded?.endCursor ?? null);
    } finally {
      setLoadingMore(false);
    }
  }

  const failed = failure === wanted;
  // The loaded tasks were all deleted, and there are others: an empty list would be wrong.
  const isExhausted = loaded?.tasks.length === 0 && loaded.hasNextPage;
  useEffect(() => {
    if (isExhausted) load();
  }, [isExhausted, load]);

  return { loaded, isExhausted, isCurrent: isReady, failed, loadingMore, loadMore, retry: load };
}
