import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { TasksDocument } from '../../graphql/generated/graphql.ts';
import { FIRST_PAGE } from './first-page.ts';

/** Returns the viewer's tasks: the pages loaded so far, and functions that load more. */
export function useTaskList() {
  const { data, loading, refetch, fetchMore } = useQuery(TasksDocument, {
    variables: FIRST_PAGE,
    notifyOnNetworkStatusChange: true,
  });
  const [loadingMore, setLoadingMore] = useState(false);
  const connection = data?.tasks;
  // The loaded tasks were all deleted, and there are others: an empty list would be wrong.
  const exhausted = connection?.edges.length === 0 && connection.pageInfo.hasNextPage;

  useEffect(() => {
    if (exhausted) refetch().catch(() => undefined);
  }, [exhausted, refetch]);

  /** Loads the next page; resolves to the number of its tasks. */
  async function loadMore(): Promise<number> {
    setLoadingMore(true);
    try {
      const page = await fetchMore({ variables: { ...FIRST_PAGE, after: connection?.pageInfo.endCursor } });
      return page.data?.tasks.edges.length ?? 0;
    } finally {
      setLoadingMore(false);
    }
  }

  /** Loads the list again after a failure. */
  const retry = () => void refetch().catch(() => undefined);

  return { connection, exhausted, loading, loadingMore, loadMore, retry };
}
