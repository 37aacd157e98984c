import type { ApolloClient } from '@apollo/client';
import { TasksDocument } from '../../graphql/generated/operations.ts';
import { dropPages, watchChanges } from './cached-list.ts';
import type { ViewVariables } from './list-view.ts';
import { FIRST_PAGE_SIZE, NEXT_PAGE_SIZE } from './page-sizes.ts';

/** What is loaded. */
interface Loading {
  readonly client: ApolloClient;
  readonly variables: ViewVariables;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

/** Fetches a page of a view, without writing it to the cache. */
async function fetchPage({ client, variables, signal }: Loading, first: number, after: string | null) {
  const page = { ...variables, first, ...(after !== null && { after }) };
  const { data } = await client.query({
    query: TasksDocument,
    variables: page,
    fetchPolicy: 'no-cache',
    context: { queryDeduplication: false, ...(signal && { fetchOptions: { signal } }) },
  });
  if (!data) throw new Error('The API returned no tasks.');
  return { variables: page, data };
}

/**
 * Loads the page of a view that follows a cursor.
 * @param after the cursor; null for the first page
 * @returns the number of its tasks
 */
export async function loadPage(loading: Loading, after: string | null): Promise<number> {
  const written = watchChanges(loading.client.cache);
  const { variables, data } = await fetchPage(loading, after === null ? FIRST_PAGE_SIZE : NEXT_PAGE_SIZE, after);
  loading.client.writeQuery({ query: TasksDocument, variables, data });
  written(loading.variables);
  return data.tasks.edges.length;
}

/**
 * Loads a view again: as many tasks as were loaded, and then writes them all at once, so that no row disappears
 * meanwhile.
 */
export async function reload(loading: Loading, count: number): Promise<void> {
  const { client, variables } = loading;
  const written = watchChanges(client.cache);
  const pages: Awaited<ReturnType<typeof fetchPage>>[] = [];
  let [after, missing]: [string | null, number] = [null, Math.max(count, FIRST_PAGE_SIZE)];
  do {
    const page = await fetchPage(loading, Math.min(missing, NEXT_PAGE_SIZE), after);
    pages.push(page);
    const { edges, pageInfo } = page.data.tasks;
    missing -= edges.length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null && missing > 0);
  client.cache.batch({
    update: (cache) => {
      dropPages(cache, variables);
      for (const page of pages) cache.writeQuery({ query: TasksDocument, ...page });
    },
  });
  written(variables);
}
