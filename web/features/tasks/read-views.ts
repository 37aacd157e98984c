import type { ApolloCache } from '@apollo/client/cache';
import { argumentsOf, type CachedPage, type CachedView, type ReadTask, viewKey } from './cached-views.ts';
import type { KnownTask } from './list-rules.ts';
import type { ViewVariables } from './list-view.ts';

/** Reads all views in the cache. Pages behind a gap are left out: no list shows them. */
export function readViews(cache: ApolloCache): { views: CachedView[]; readTask: ReadTask } {
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
          ) as unknown as KnownTask;
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
