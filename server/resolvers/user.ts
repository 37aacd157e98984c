import type { UserResolvers } from '../generated/resolvers.ts';
import { taskPage } from './task-page.ts';

export const User: UserResolvers = {
  // The user is the viewer, and nobody else: their tasks are the viewer's.
  tasks: (_user, args, context, info) => taskPage(args, context, info),
};
