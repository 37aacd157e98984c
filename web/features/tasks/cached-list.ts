import type { ApolloCache } from '@apollo/client/cache';
import { canonicalStringify, type Reference } from '@apollo/client/utilities';
import type { TaskRowFragment } from '../../graphql/generated/graphql.ts';
import { compareTasks, isKnownOrder, isMoved, type KnownTask, matchesFilter } from './list-rules.ts';
import type { ViewVariables } from './list-view.ts';

/** What a mutation does to a task: `before` is null for one that is added, `after` for one that is deleted. */
export type ListChange =
  | { readonly before: KnownTask; readonly after: KnownTask }
  | { readonly before: KnownTask; readonly after: null }
  | { readonly before: null; readonly after: KnownTask };

interface CachedEdge {
  readonly __typename: 'TaskEdge';
  readonly cursor: string;
  readonly node: Reference;
}

/** A page of a view, as the cache stores it: the pages of a view are fields of their own, so that a change costs one. */
interface CachedPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly CachedEdge[];
}

type Arguments = ViewVariables & { readonly after?: string | null };
type ReadTask = (edge: CachedEdge) => KnownTask;

/** The pages of one view, each with the name of its field in the cache, in their order. */
interface CachedView {
  readonly key: string;
  readonly variables: ViewVariables;
  readonly pages: { readonly field: string; readonly page: CachedPage }[];
}

/** Returns the key of a view: equal for equal variables. */
export const viewKey = ({ filter, orderBy }: ViewVariables): string => canonicalStringify({ filter, orderBy });

/** Returns the arguments of a field `tasks` in the cache; see its `keyArgs`. */
const argumentsOf = (field: string) => JSON.parse(field.slice('tasks:'.length)) as Arguments;

/** Reads all views in the cache. Pages behind a gap are left out: no list shows them. */
function readViews(cache: ApolloCache): { views: CachedView[]; readTask: ReadTask } {
  const fields = new Map<string, Map<string, { field: string; page: CachedPage; variables: ViewVariables }>>();
  let readTask: ReadTask = () => {
    throw new Error('The cache has no page.');
  };
  cache.modify<{ tasks: CachedPage }>({
    fields: {
      tasks(value, { storeFieldName: field, readField }) {
        const { after, ...variables } = argumentsOf(field);
        const key = viewKey(variables);
        const pages = fields.get(key) ?? new Map();
        fields.set(key, pages.set(after ?? '', { field, page: value, variables }));
        readTask = ({ node }) =>
          Object.fromEntries(
            (
              ['id', 'title', 'done', 'dueAt', 'priority', 'position', 'version', 'createdAt', 'updatedAt'] as const
            ).map((name) => [name, readField(name, node)]),
          ) as unknown as TaskRowFragment;
        return value;
      },
    },
  });
  const views = [...fields].map(([key, byCursor]) => {
    const pages: CachedView['pages'] = [];
    let next = byCursor.get('');
    const variables = next?.variables;
    for (; next; next = next.page.pageInfo.hasNextPage ? byCursor.get(next.page.pageInfo.endCursor ?? '') : undefined)
      pages.push({ field: next.field, page: next.page });
    return variables && { key, variables, pages };
  });
  return { views: views.filter((view) => view !== undefined), readTask };
}

/** Pages that replace those in the cache, by their fields; and whether the cache may now differ from the API. */
interface Plan {
  readonly pages: ReadonlyMap<string, CachedPage>;
  readonly isUncertain: boolean;
}

const NOTHING: Plan = { pages: new Map(), isUncertain: false };
const UNCERTAIN: Plan = { pages: new Map(), isUncertain: true };
const refOf = ({ id }: KnownTask) => `Task:${id}`;
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
function planChange(view: CachedView, { before, after }: ListChange, readTask: ReadTask): Plan {
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
    if (place)
      change(place.number, {
        edges: (pages[place.number]?.page.edges ?? []).toSpliced(place.index, 0, {
          __typename: 'TaskEdge',
          cursor: '',
          node: { __ref: ref },
        }),
      });
    const last = pages.at(-1)?.page;
    // Behind the last loaded task is behind the next page's cursor only if the cursor is that task's.
    isUncertain = !isKnownOrder(orderBy) || (!place && last?.edges.at(-1)?.cursor !== last?.pageInfo.endCursor);
  }
  // The first page has the count that the list shows.
  change(0, { totalCount: (pages[0]?.page.totalCount ?? 0) + Number(isWanted) - Number(wasHeld) });
  const changed = pages.filter(({ page }, index) => page !== view.pages[index]?.page);
  return { pages: new Map(changed.map(({ field, page }) => [field, page])), isUncertain };
}

/** What is going on with the lists of a cache. */
interface ListState {
  /** The number of mutations that are running. */
  running: number;
  /** The number of mutations that have ended. */
  ended: number;
  /** The views that may differ from the API once no mutation is running. */
  readonly uncertain: Set<string>;
  /** The functions that refetch the views which are shown. */
  readonly refetches: Map<string, () => void>;
}

const states = new WeakMap<ApolloCache, ListState>();

function stateOf(cache: ApolloCache): ListState {
  const state = states.get(cache) ?? { running: 0, ended: 0, uncertain: new Set(), refetches: new Map() };
  states.set(cache, state);
  return state;
}

/**
 * Changes all cached views as a mutation does: for its `update`, for optimistic responses too. A view of which the cache
 * cannot know what it shows is refetched after the mutation, see `whileChanging`.
 */
export function updateViews(cache: ApolloCache, change: ListChange): void {
  const { views, readTask } = readViews(cache);
  const state = stateOf(cache);
  const plans = new Map<string, CachedPage>();
  for (const view of views) {
    const { pages, isUncertain } = planChange(view, change, readTask);
    if (isUncertain) state.uncertain.add(view.key);
    for (const [field, page] of pages) plans.set(field, page);
  }
  if (plans.size > 0)
    cache.modify<{ tasks: CachedPage }>({
      fields: { tasks: (page, { storeFieldName }) => plans.get(storeFieldName) ?? page },
    });
}

/** Runs a mutation that changes tasks; afterwards the views that may differ from the API are refetched. */
export async function whileChanging<Result>(cache: ApolloCache, mutate: () => Promise<Result>): Promise<Result> {
  const state = stateOf(cache);
  state.running += 1;
  try {
    return await mutate();
  } finally {
    state.running -= 1;
    state.ended += 1;
    if (state.running === 0) {
      const keys = [...state.uncertain];
      state.uncertain.clear();
      markStale(cache, keys);
    }
  }
}

/**
 * Returns a function to call when a page of a view was written: if a mutation ran meanwhile, the page may be from before
 * it, and the view is refetched after it.
 */
export function watchChanges(cache: ApolloCache): (variables: ViewVariables) => void {
  const state = stateOf(cache);
  const { ended } = state;
  return (variables) => {
    if (state.running > 0) state.uncertain.add(viewKey(variables));
    else if (state.ended !== ended) markStale(cache, [viewKey(variables)]);
  };
}

/**
 * Makes views load again: those that are shown at once, keeping their rows until then; the others when they are shown.
 * @param keys the keys of the views; default all
 */
export function markStale(cache: ApolloCache, keys?: readonly string[]): void {
  const { refetches } = stateOf(cache);
  const isStale = (key: string) => keys === undefined || keys.includes(key);
  if (keys?.length === 0) return;
  cache.modify<{ tasks: CachedPage }>({
    fields: {
      tasks(page, { storeFieldName, DELETE }) {
        const key = viewKey(argumentsOf(storeFieldName));
        return isStale(key) && !refetches.has(key) ? DELETE : page;
      },
    },
  });
  for (const [key, refetch] of refetches) if (isStale(key)) refetch();
}

/** Registers how a view that is shown is refetched; returns a function that ends it. */
export function onStale(cache: ApolloCache, variables: ViewVariables, refetch: () => void): () => void {
  const { refetches } = stateOf(cache);
  const key = viewKey(variables);
  refetches.set(key, refetch);
  return () => {
    if (refetches.get(key) === refetch) refetches.delete(key);
  };
}

/** Replaces all pages of a view by newer ones. */
export function dropPages(cache: ApolloCache, variables: ViewVariables): void {
  const key = viewKey(variables);
  cache.modify<{ tasks: CachedPage }>({
    fields: {
      tasks: (page, { storeFieldName, DELETE }) => (viewKey(argumentsOf(storeFieldName)) === key ? DELETE : page),
    },
  });
}
