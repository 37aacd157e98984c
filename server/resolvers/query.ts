import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { viewerDeleted } from '../errors.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { authEventPage } from './auth-event-page.ts';
import { taskPage } from './task-page.ts';

/** As in package.json: see test/documents/changelog.test.ts. */
const VERSION = '0.3.0';

export const Query: QueryResolvers = {
  status: () => ({ ok: true, version: VERSION, time: new Date() }),
  viewer: (_source, _args, context, info) => viewerAccount(context, info),
  // `id` is not read: `@owner` on the argument asserted, before execution, that it is the viewer's id.
  user: (_source, _args, context, info) => viewerAccount(context, info),
  task: (_source, { id }, { data }, info) => data.tasks.byId(id, selectedFieldNames(info)),
  // `userId` is not read either, for the same reason.
  tasks: (_source, args, context, info) => taskPage(args, context, info),
  // `@auth(roles: [ADMIN])` was checked before execution; the row-level security policies check the role again.
  securityLog: (_source, args, { data }) => authEventPage(args, data.crossOwner('AuthEvent')),
};

async function viewerAccount({ data }: Context, info: GraphQLResolveInfo) {
  const user = await data.users.own(selectedFieldNames(info));
  if (user === null) throw viewerDeleted();
  return user;
}
