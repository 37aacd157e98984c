import type { GraphQLResolveInfo } from 'graphql';
import type { QueryTasksArgs, ResolversTypes } from '../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { askedFor } from './asked.ts';
import { foundPage, pageSize } from './page.ts';
import { checkText } from './text.ts';

const USUAL = 20;
const TEXT = { field: 'filter.text', least: 0, most: 200 };

type Arguments = Pick<QueryTasksArgs, 'filter' | 'orderBy' | 'first' | 'after'>;

/** A page of the viewer's tasks, wherever in the schema it is asked for. */
export async function taskPage(
  { filter, orderBy, first, after }: Partial<Arguments>,
  { data }: Context,
  info: GraphQLResolveInfo,
): Promise<Awaited<ResolversTypes['TaskConnection']>> {
  const size = pageSize(first, USUAL);
  if (filter?.text != null) checkText(filter.text, TEXT);
  const asked = askedFor(info);
  const page = await data.tasks.page(
    {
      filter: filter ?? {},
      order: orderBy ?? { field: 'POSITION', direction: 'ASC' },
      first: size,
      after: after ?? null,
    },
    {
      nodes: askedFor(info, ['nodes'], ['edges', 'node']),
      rows: ['nodes', 'edges', 'pageInfo'].some((field) => asked.has(field)),
      count: asked.has('totalCount'),
    },
  );
  return foundPage(page, 'pass a cursor as it came from this list in the same order');
}
