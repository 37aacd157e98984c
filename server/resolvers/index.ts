import type { Resolvers } from '../generated/resolvers.ts';
import { AuthEventConnection } from './auth-event-connection.ts';
import { DateTime } from './date-time.ts';
import { Query } from './query.ts';
import { Step } from './step.ts';
import { stepMutations } from './step-mutations.ts';
import { Task } from './task.ts';
import { TaskConnection } from './task-connection.ts';
import { taskMutations } from './task-mutations.ts';
import { User } from './user.ts';

/** Every resolver there is; what is not here is a property of its object. */
export const resolvers: Resolvers = {
  AuthEventConnection,
  DateTime,
  Mutation: { ...taskMutations, ...stepMutations },
  Query,
  Step,
  Task,
  TaskConnection,
  User,
};
