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
