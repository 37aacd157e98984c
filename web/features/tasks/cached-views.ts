import type { ApolloCache } from '@apollo/client/cache';
import { canonicalStringify, type Reference } from '@apollo/client/utilities';
import type { KnownTask } from './list-rules.ts';
import type { ViewVariables } from './list-view.ts';

export interface CachedEdge {
  readonly __typename: 'TaskEdge';
  readonly cursor: string;
  readonly node: Reference;
}

/** A page of a view, as the cache stores it: the pages of a view are fields of their own, so that a change costs one. */
export interface CachedPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly CachedEdge[];
}

type Arguments = ViewVariables & { readonly after?: string | null };
/** Reads the task of an edge. */
export type ReadTask = (edge: CachedEdge) => KnownTask;

/** The pages of one view, each with the name of its field in the cache, in their order. */
export interface CachedView {
  readonly key: string;
  readonly variables: ViewVariables;
  readonly pages: { readonly field: string; readonly page: CachedPage }[];
}

/** Returns the key of a view: equal for equal variables. */
export const viewKey = ({ filter, orderBy }: ViewVariables): string => canonicalStringify({ filter, orderBy });

/** Returns the arguments of a field `tasks` in the cache; see its `keyArgs`. */
export const argumentsOf = (field: string) => JSON.parse(field.slice('tasks:'.length)) as Arguments;

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
