import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { QueryResolvers } from '../generated/resolvers.ts';
import { viewerDeleted } from '../errors.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { authEventPage } from './auth-event-page.ts';
import { taskPage } from './task-page.ts';

const VERSION = '0.1.0';

export const Query: QueryResolvers = {
  status: () => ({ ok: true, version: VERSION, time: new Date() }),
  viewer: (_source, _args, context, info) => viewerAccount(context, info),
  // The id was judged before this runs: it is the viewer's own.
  user: (_source, _args, context, info) => viewerAccount(context, info),
  task: (_source, { id }, { data }, info) => data.tasks.byId(id, selectedFieldNames(info)),
  // So was the owner's.
  tasks: (_source, args, context, info) => taskPage(args, context, info),
  // That everybody's may be read was judged before this runs, and the database judges it again.
  securityLog: (_source, args, { data }) => authEventPage(args, data.crossOwner('AuthEvent')),
};

async function viewerAccount({ data }: Context, info: GraphQLResolveInfo) {
  const user = await data.users.own(selectedFieldNames(info));
  if (user === null) throw viewerDeleted();
  return user;
}
