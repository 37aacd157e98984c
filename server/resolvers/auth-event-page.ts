import type { Context } from '../context.ts';
import type { QuerySecurityLogArgs, ResolversTypes } from '../generated/resolvers.ts';
import { requirePage, pageSize } from './pagination.ts';

const DEFAULT_PAGE_SIZE = 50;

/** Returns a page of `events`: the viewer's own, or those of all users (a cross-owner read). */
export async function authEventPage(
  { first, after, filter }: Partial<QuerySecurityLogArgs>,
  events: Context['data']['authEvents'],
): Promise<Awaited<ResolversTypes['AuthEventConnection']>> {
  return requirePage(await events.page(pageSize(first, DEFAULT_PAGE_SIZE), after ?? null, filter ?? {}));
}
