import type { TaskResolvers } from '../generated/resolvers.ts';
import { selectedFieldNames } from './selected-fields.ts';

export const Task: TaskResolvers = {
  steps: ({ id }, _args, { data }, info) => data.steps.ofTask(id, selectedFieldNames(info)),
};
