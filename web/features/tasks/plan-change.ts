import type { CachedEdge, CachedPage, CachedView, ReadTask } from './cached-views.ts';
import { compareTasks, isKnownOrder, isMoved, isTie, type KnownTask, matchesFilter } from './list-rules.ts';

/** What a mutation does to a task: `before` is null for one that is added, `after` for one that is deleted. */
export type ListChange =
  | { readonly before: KnownTask; readonly after: KnownTask }
  | { readonly before: KnownTask; readonly after: null }
  | { readonly before: null; readonly after: KnownTask };

/** Pages that replace those in the cache, by their fields; and whether the cache may now differ from the API. */
export interface Plan {
  readonly pages: ReadonlyMap<string, CachedPage>;
  readonly isUncertain: boolean;
}

const NOTHING: Plan = { pages: new Map(), isUncertain: false };
const UNCERTAIN: Plan = { pages: new Map(), isUncertain: true };
/** Returns the reference of a task in the cache. */
export const refOf = ({ id }: KnownTask) => `Task:${id}`;
const isOf = (ref: string) => (edge: CachedEdge) => {
  const { __ref: own } = edge.node;
  return own === ref;
};

/** Returns where a task belongs among the loaded tasks of a view; null if it belongs behind them. */
function placeOf(task: KnownTask, { variables, pages }: CachedView, readTask: ReadTask) {
  const isBefore = (edge: CachedEdge) => compareTasks(variables.orderBy, task, readTask(edge)) < 0;
  for (const [number, { page }] of pages.entries()) {
    const last = page.edges.at(-1);
    // The page is searched only if the task is before its last one: not all loaded tasks are read.
    if (last && isBefore(last)) return { number, index: page.edges.findIndex(isBefore) };
  }
  const number = pages.length - 1;
  const page = pages[number]?.page;
  return page && !page.pageInfo.hasNextPage ? { number, index: page.edges.length } : null;
}

/** Decides what a change does to a view. */
export function planChange(view: CachedView, { before, after }: ListChange, readTask: ReadTask): Plan {
  const { filter, orderBy } = view.variables;
  const ref = refOf(after ?? before);
  const isTask = isOf(ref);
  const number = view.pages.findIndex(({ page }) => page.edges.some(isTask));
  const isLoaded = number >= 0;
  const isWanted = after !== null && matchesFilter(filter, after);
  // The list was fetched after the API had added the task.
  if (before === null && isLoaded) return NOTHING;
  if (isLoaded && isWanted === true && before && after && !isMoved(orderBy, before, after)) return NOTHING;
  const isComplete = view.pages.at(-1)?.page.pageInfo.hasNextPage === false;
  const wasHeld = isLoaded || (before !== null && !isComplete && matchesFilter(filter, before));
  if (isWanted === undefined || wasHeld === undefined) return UNCERTAIN;
  if (!wasHeld && !isWanted) return NOTHING;
  if (isLoaded && isWanted && !isKnownOrder(orderBy)) return UNCERTAIN;

  const pages = view.pages.map(({ field, page }, index) => ({
    field,
    page: index === number ? { ...page, edges: page.edges.filter((edge) => !isTask(edge)) } : page,
  }));
  const change = (index: number, changed: Partial<CachedPage>) => {
    const entry = pages[index];
    if (entry) pages[index] = { ...entry, page: { ...entry.page, ...changed } };
  };
  let isUncertain = false;
  if (isWanted && after !== null) {
    const place = isKnownOrder(orderBy) ? placeOf(after, { ...view, pages }, readTask) : { number: 0, index: 0 };
    const edges = pages[place?.number ?? pages.length - 1]?.page.edges ?? [];
    const edge: CachedEdge = { __typename: 'TaskEdge', cursor: '', node: { __ref: ref } };
    if (place) change(place.number, { edges: edges.toSpliced(place.index, 0, edge) });
    const last = pages.at(-1)?.page;
    isUncertain =
      !isKnownOrder(orderBy) ||
      edges.some((other) => isTie(orderBy, after, readTask(other))) ||
      // Behind the last loaded task is behind the next page's cursor only if the cursor is that task's.
      (!place && last?.edges.at(-1)?.cursor !== last?.pageInfo.endCursor);
  }
  // The first page has the count that the list shows.
  change(0, { totalCount: (pages[0]?.page.totalCount ?? 0) + Number(isWanted) - Number(wasHeld) });
  const loaded = pages.reduce((sum, { page }) => sum + page.edges.length, 0);
  // All that is left is loaded, and the cache would still offer a next page.
  if (!isComplete && (pages[0]?.page.totalCount ?? 0) <= loaded) isUncertain = true;
  const changed = pages.filter(({ page }, index) => page !== view.pages[index]?.page);
  return { pages: new Map(changed.map(({ field, page }) => [field, page])), isUncertain };
}
