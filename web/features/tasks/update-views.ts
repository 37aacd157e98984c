import type { ApolloCache } from '@apollo/client/cache';
import { stateOf } from './cached-list.ts';
import type { CachedPage, ReadTask } from './cached-views.ts';
import type { KnownTask } from './list-rules.ts';
import { type ListChange, planChange, refOf } from './plan-change.ts';
import { readViews } from './read-views.ts';

/**
 * Changes all cached views as a mutation does: for its `update`, for optimistic responses too. A view of which the cache
 * cannot know what it shows is refetched after the mutation, see `whileChanging`.
 * @param changes of different tasks
 */
export function updateViews(cache: ApolloCache, ...changes: readonly ListChange[]): void {
  // Apollo has written all tasks of the result, but a task that is not applied yet is still at its old place.
  const unapplied = new Map(
    changes.flatMap(({ before }) => (before === null ? [] : [[refOf(before), before] as const])),
  );
  for (const change of changes) {
    if (change.before !== null) unapplied.delete(refOf(change.before));
    updateView(cache, change, unapplied);
  }
}

function updateView(cache: ApolloCache, change: ListChange, unapplied: ReadonlyMap<string, KnownTask>): void {
  const { views, readTask: readWritten } = readViews(cache);
  const readTask: ReadTask = (edge) => {
    const { __ref: ref } = edge.node;
    return unapplied.get(ref) ?? readWritten(edge);
  };
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
