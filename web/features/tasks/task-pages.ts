import type { ApolloCache, Cache } from '@apollo/client/cache';
import { TasksDocument, type TaskRowFragment, type TasksQuery } from '../../graphql/generated/operations.ts';
import { viewKey } from './cached-views.ts';
import type { ViewVariables } from './list-view.ts';
import { FIRST_PAGE_SIZE } from './page-sizes.ts';

type Page = TasksQuery['tasks'];

/** The loaded pages of a view as one list. */
export interface LoadedTasks {
  readonly pages: readonly Page[];
  /** The tasks of all pages. A task is the same object as long as it is unchanged. */
  readonly tasks: readonly TaskRowFragment[];
  /** The number of tasks of the view, on all pages. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  /** The cursor for the next page. */
  readonly endCursor: string | null;
}

/** Returns the variables of the page of a view that follows a cursor. The cache ignores `first`. */
const pageVariables = (variables: ViewVariables, after: string | null) => ({
  ...variables,
  first: FIRST_PAGE_SIZE,
  ...(after !== null && { after }),
});

/**
 * The pages of a view that are in the cache, as an external store of React. It watches each page for itself: a change of
 * one of them reads that page again, and not all that are loaded.
 */
export class TaskPages {
  readonly key: string;
  readonly variables: ViewVariables;
  readonly #cache: ApolloCache;
  readonly #watches = new Map<string, () => void>();
  readonly #listeners = new Set<() => void>();
  #loaded: LoadedTasks | null | undefined;

  constructor(cache: ApolloCache, variables: ViewVariables) {
    this.#cache = cache;
    this.variables = variables;
    this.key = viewKey(variables);
  }

  /** Returns the loaded tasks; null if the first page is not in the cache. */
  readonly read = (): LoadedTasks | null => {
    if (this.#loaded === undefined || this.#watches.size === 0) this.#refresh();
    return this.#loaded ?? null;
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#refresh();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#watch(new Set());
    };
  };

  #diff(after: string | null): Cache.DiffResult<TasksQuery> {
    return this.#cache.diff<TasksQuery>({
      query: TasksDocument,
      variables: pageVariables(this.variables, after),
      optimistic: true,
    });
  }

  #refresh(): void {
    const pages: Page[] = [];
    const cursors = new Set<string>();
    let after: string | null = null;
    do {
      // The first page that is not there is watched too.
      cursors.add(after ?? '');
      const { result, complete } = this.#diff(after);
      if (!complete) break;
      const page = result.tasks;
      pages.push(page);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null && !cursors.has(after));
    if (this.#listeners.size > 0) this.#watch(cursors);
    const old = this.#loaded?.pages ?? [];
    if (this.#loaded === undefined || pages.length !== old.length || pages.some((page, i) => page !== old[i]))
      this.#loaded = asList(pages);
  }

  #watch(cursors: ReadonlySet<string>): void {
    for (const [cursor, stop] of this.#watches)
      if (!cursors.has(cursor)) {
        stop();
        this.#watches.delete(cursor);
      }
    for (const cursor of cursors)
      if (!this.#watches.has(cursor)) this.#watches.set(cursor, this.#watchPage(cursor || null));
  }

  #watchPage(after: string | null): () => void {
    const variables = pageVariables(this.variables, after);
    const callback = () => {
      const before = this.#loaded;
      this.#refresh();
      if (this.#loaded !== before) for (const listener of this.#listeners) listener();
    };
    // With the difference to it, the first broadcast to the cache's watches calls back for the pages that changed.
    const lastDiff = this.#diff(after);
    return this.#cache.watch<TasksQuery>({ query: TasksDocument, variables, optimistic: true, lastDiff, callback });
  }
}

function asList(pages: readonly Page[]): LoadedTasks | null {
  const [first, last] = [pages[0], pages.at(-1)];
  if (!first || !last) return null;
  return {
    pages,
    tasks: pages.flatMap(({ edges }) => edges.map(({ node }) => node)),
    totalCount: first.totalCount,
    hasNextPage: last.pageInfo.hasNextPage,
    endCursor: last.pageInfo.endCursor,
  };
}
