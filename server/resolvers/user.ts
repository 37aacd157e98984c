import type { UserResolvers } from '../generated/resolvers.ts';
import { authEventPage } from './auth-event-page.ts';
import { taskPage } from './task-page.ts';

export const User: UserResolvers = {
  // The user is the viewer, and nobody else: their tasks and events are the viewer's.
  tasks: (_user, args, context, info) => taskPage(args, context, info),
  securityEvents: (_user, args, { data }) => authEventPage(args, data.authEvents),
};
