import type { Context } from '../context.ts';
import type { QuerySecurityLogArgs, ResolversTypes } from '../generated/resolvers.ts';
import { foundPage, pageSize } from './page.ts';

const USUAL = 50;

/** A page of events: of the viewer's own, or of everybody's. */
export async function authEventPage(
  { first, after }: Partial<QuerySecurityLogArgs>,
  events: Context['data']['authEvents'],
): Promise<Awaited<ResolversTypes['AuthEventConnection']>> {
  return foundPage(await events.page(pageSize(first, USUAL), after ?? null));
}
