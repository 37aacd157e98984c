import type { Resolvers } from '../generated/resolvers.ts';
import { DateTime } from './date-time.ts';
import { Step, Task, User } from './object-types.ts';
import { connectionResolvers } from './pagination.ts';
import { Query } from './query.ts';
import { stepMutations } from './step-mutations.ts';
import { taskMutations } from './task-mutations.ts';

/** All resolvers. A field without one is the property of its parent object with the same name. */
export const resolvers: Resolvers = {
  AuthEventConnection: connectionResolvers,
  DateTime,
  Mutation: { ...taskMutations, ...stepMutations },
  Query,
  Step,
  Task,
  TaskConnection: connectionResolvers,
  User,
};
