import type { ApolloCache } from '@apollo/client/cache';
import { stateOf } from './cached-list.ts';
import type { CachedPage } from './cached-views.ts';
import { type ListChange, planChange } from './plan-change.ts';
import { readViews } from './read-views.ts';

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
