import type { ApolloCache } from '@apollo/client/cache';
import { argumentsOf, type CachedPage, viewKey } from './cached-views.ts';
import type { ViewVariables } from './list-view.ts';

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

/** Returns what is going on with the lists of a cache. */
export function stateOf(cache: ApolloCache): ListState {
  const state = states.get(cache) ?? { running: 0, ended: 0, uncertain: new Set(), refetches: new Map() };
  states.set(cache, state);
  return state;
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

/** Removes all pages of a view. */
export function dropPages(cache: ApolloCache, variables: ViewVariables): void {
  const key = viewKey(variables);
  cache.modify<{ tasks: CachedPage }>({
    fields: {
      tasks: (page, { storeFieldName, DELETE }) => (viewKey(argumentsOf(storeFieldName)) === key ? DELETE : page),
    },
  });
}
