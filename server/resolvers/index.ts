import type { Resolvers } from '../generated/resolvers.ts';
import { AuthEventConnection, AuthEventEdge, securityEvents, securityLog } from './auth-event.ts';
import { DateTime } from './date-time.ts';
import { Mutation } from './mutation.ts';
import { Query } from './query.ts';
import { TaskConnection, TaskEdge } from './task-connection.ts';

/** Every resolver there is; what is not here is a property of its object. */
export const resolvers: Resolvers = {
  AuthEventConnection,
  AuthEventEdge,
  DateTime,
  Mutation,
  Query: { ...Query, securityLog },
  TaskConnection,
  TaskEdge,
  User: { securityEvents },
};
