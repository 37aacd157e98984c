import type { GraphQLResolveInfo } from 'graphql';
import type { QueryTasksArgs, ResolversTypes } from '../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { requirePage, pageSize } from './pagination.ts';
import { checkText } from './input-validation.ts';

const DEFAULT_PAGE_SIZE = 20;
const TEXT = { field: 'filter.text', minLength: 0, maxLength: 200 };

type Arguments = Pick<QueryTasksArgs, 'filter' | 'orderBy' | 'first' | 'after'>;

/** Returns a page of the viewer's tasks, for `Query.tasks` and `User.tasks`. */
export async function taskPage(
  { filter, orderBy, first, after }: Partial<Arguments>,
  { data }: Context,
  info: GraphQLResolveInfo,
): Promise<Awaited<ResolversTypes['TaskConnection']>> {
  const size = pageSize(first, DEFAULT_PAGE_SIZE);
  if (filter?.text != null) checkText(filter.text, TEXT);
  const selectedFields = selectedFieldNames(info);
  const needsPageInfo = selectedFields.has('pageInfo');
  const page = await data.tasks.page(
    {
      filter: filter ?? {},
      order: orderBy ?? { field: 'POSITION', direction: 'ASC' },
      first: size,
      after: after ?? null,
    },
    {
      nodes: selectedFieldNames(info, ['nodes'], ['edges', 'node']),
      needsRows: ['nodes', 'edges', 'pageInfo'].some((field) => selectedFields.has(field)),
      needsCount: selectedFields.has('totalCount'),
      needsCursors: needsPageInfo || (selectedFields.has('edges') && selectedFieldNames(info, ['edges']).has('cursor')),
      needsNextPage: needsPageInfo,
    },
  );
  return requirePage(page, 'pass a cursor that this list returned in the same order');
}
